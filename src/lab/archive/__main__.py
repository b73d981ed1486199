"""Measure archives: the tables of docs/archive.md.

    python -m lab.archive speed [--recordings 1000]     Spark and shards beside `score`
    python -m lab.archive kills [--recordings 300]      50 kills of workers, 5 of drivers, each
                                                        without Spark, and on two masters of it;
                                                        `--victims executors` kills no others
    python -m lab.archive memory                        of the driver, for 10^3 to 10^5 rows
    python -m lab.archive drift --data FOLDER           mitdb against svdb, 100 halvings of each

The recordings are simulated; those of an archive are links to eight. Other work on the machine
changes seconds: the ratios count.
"""

import argparse
from pathlib import Path

from ecg_anomaly.detector.pretrained import pretrained_folder
from lab.archive.archive_kills import CLUSTER, LOCAL, WITHOUT, measure_archive_kills
from lab.archive.archive_speed import measure_speed
from lab.archive.drift_halves import measure_drift
from lab.archive.killed_driver import ANY, VICTIMS
from lab.archive.manifest_memory import measure_memory


def main() -> int:
    """Run what the command line names; 1 when kills changed the rows."""
    parser = argparse.ArgumentParser(prog="python -m lab.archive", allow_abbrev=False)
    parser.add_argument("what", choices=("speed", "kills", "memory", "drift"))
    parser.add_argument("--recordings", type=int, metavar="N")
    parser.add_argument("--detector", type=Path, default=None)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--drivers", type=int, default=5)
    masters = [WITHOUT, LOCAL, CLUSTER]
    parser.add_argument("--master", nargs="+", default=masters, help="none: without Spark")
    kinds = [ANY, *VICTIMS.values()]
    parser.add_argument("--victims", choices=kinds, default=ANY)
    parser.add_argument("--slices", type=int, default=5)
    parser.add_argument("--data", type=Path, help="holds mitdb and svdb")
    parser.add_argument("--write", type=Path, help="where the profiles go as JSON")
    options = parser.parse_args()
    detector = options.detector or pretrained_folder()
    if options.what == "memory":
        measure_memory([1_000, 10_000, 100_000])
        return 0
    if options.what == "drift":
        measure_drift(detector, options.data, options.write)
        return 0
    if options.what == "speed":
        measure_speed(detector, options.recordings or 1000, slices=options.slices)
        return 0
    n = options.recordings or 300
    same = measure_archive_kills(
        detector, n, options.kills, options.drivers, options.master, what=options.victims
    )
    return 0 if same else 1


if __name__ == "__main__":
    raise SystemExit(main())
