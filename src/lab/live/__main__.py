"""Measure scoring of running recordings: the tables of docs/performance.md.

    python -m lab.live [--streams N] [--seconds S] [--processes P] [--detector FOLDER]
                                        many streams at real pace: latency, CPU, memory
    python -m lab.live --service [...]  the same with all that `ecg-anomaly live` does beside
                                        scoring: findings, alarms, store, messages for the page
    python -m lab.live --equality ECG_FOLDER [--chunks 1 36 72 360] [--records 100 101 ...]
                                        pushed in pieces, the same as `score` says of the whole?
    python -m lab.live --restart 1000
                                        how long a process takes to go on with so many streams
    python -m lab.live --alarms [ECG_FOLDER ...]
                                        how soon alarms come (simulated), and how often wrongly
                                        (folders with annotations .atr, such as mitdb, qtdb, cudb)

Streams are of simulated patients with a past of some minutes, so that they are compared with as
much as in the middle of a day. They have begun at different moments, as patients come; with
`--at-once` at the same one, and what each renews every 12 s is due for all together. CPU is told
beside that of `score` on the same signals: machines differ, and others work on them.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from ecg_anomaly.config.pipeline_schema import SimulationConfig
from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.detector.pretrained import pretrained_folder
from ecg_anomaly.records.simulation.simulated_records import simulate_record
from lab.live.alarm_tables import tabulate_folder, tabulate_onsets
from lab.live.load_figures import LoadSettings
from lab.live.restart_time import measure_restart
from lab.live.service_load import measure_service_share
from lab.live.stream_equality import compare_folder
from lab.live.stream_load import FS as STREAM_FS
from lab.live.stream_load import measure_load, measure_share


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the options of the command line."""
    parser = argparse.ArgumentParser(prog="python -m lab.live", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--detector", type=Path, default=None)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=60.0, help="measured, at real pace")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--push-ms", type=float, default=200.0)
    parser.add_argument("--tick-ms", type=float, default=40.0, help="shortest time between ticks")
    parser.add_argument("--warm", type=float, default=330.0, help="seconds of past")
    parser.add_argument(
        "--as-fast-as-can-be", action="store_true", help="measure CPU alone, on a busy machine"
    )
    parser.add_argument(
        "--at-once", action="store_true", help="all streams have begun at the same moment"
    )
    parser.add_argument("--service", action="store_true", help="with all that is watched")
    parser.add_argument("--equality", type=Path, default=None, metavar="ECG_FOLDER")
    parser.add_argument("--restart", type=int, default=None, metavar="N")
    parser.add_argument("--alarms", type=Path, default=None, nargs="*", metavar="ECG_FOLDER")
    parser.add_argument("--chunks", type=int, nargs="+", default=[1, 36, 72, 360])
    parser.add_argument("--records", nargs="+", default=[], help="of the folder; default all")
    parser.add_argument("--first", type=float, default=None, help="compare only so many seconds")
    return parser.parse_args(arguments)


def print_alarms(detector: LoadedDetector, folders: list[Path]) -> None:
    """Print a table of simulated recordings, and one of each folder."""
    for table in (tabulate_onsets(detector), *(tabulate_folder(detector, f) for f in folders)):
        for line in table:
            print(line, flush=True)
        print(flush=True)


def print_restart(n_streams: int, past_s: float, detector: Path | None) -> None:
    """Print how long a restart takes with streams that have so many s behind them."""
    config = SimulationConfig(
        n_subjects=1, duration_s=past_s, fs=STREAM_FS, seed=5, difficult=False
    )
    with tempfile.TemporaryDirectory() as folder:
        record = simulate_record(config, 0)
        print(measure_restart(record, n_streams, Path(folder), detector).line())


def main(arguments: list[str] | None = None) -> int:
    """Measure what is asked for; end with 1 when a stream says something else than `score`."""
    options = parse(arguments)
    if options.equality is not None:
        detector = load_detector(options.detector)
        return int(
            compare_folder(
                detector, options.equality, options.chunks, options.records, options.first
            )
        )
    if options.alarms is not None:
        print_alarms(load_detector(options.detector), options.alarms)
        return 0
    if options.restart is not None:
        print_restart(options.restart, options.warm, options.detector)
        return 0
    settings = LoadSettings(
        options.detector or pretrained_folder(), options.streams, options.seconds,
        options.push_ms / 1000, options.tick_ms / 1000, options.warm,
        not options.as_fast_as_can_be, options.at_once,
    )  # fmt: skip
    measure = measure_service_share if options.service else measure_share
    print("\n".join(measure_load(settings, options.processes, measure).lines()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
