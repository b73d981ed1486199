"""Measure how long Spark and shards take for an archive, beside `score --workers`."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from lab.archive.copied_archive import archive_command, write_archive

#: Length of a recording in s, and of a day.
HALF_HOUR_S, DAY_S = 1800.0, 86400.0

#: Runs Spark twice in one process: the second time nothing is to be started.
TWICE = """
import json, sys, time
from pathlib import Path
from ecg_anomaly.archive.archive_run import prepare_job
from ecg_anomaly.archive.scoring_process import load_chosen
from ecg_anomaly.archive.spark_run import open_session, run_on_spark
detector, first, manifest, table, master = sys.argv[1:]
chosen, took = load_chosen(Path(detector)), []
start = time.monotonic()
with open_session(master) as session:
    for name in (first, manifest):
        job = prepare_job(name, f"{table}-{len(took)}", chosen.sha256)
        run_on_spark(job, Path(detector), session)
        took.append(time.monotonic() - start)
        start = time.monotonic()
print(json.dumps(took))
"""


def measure_speed(detector: Path, n: int, workers: int = 2, rounds: int = 1) -> None:
    """Print a table: seconds of each way, and its ratio to `score`.

    Parameters
    ----------
    detector : Path
        The detector folder.
    n : int
        Recordings of half an hour.
    workers : int
        Processes of `score`, and of Spark's local master.
    rounds : int
        How often each way is measured, in turn; the least of its times counts.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manifest = write_archive(folder / "all", n, HALF_HOUR_S)
        first = write_archive(folder / "first", 2 * workers, 60.0)
        times: dict[str, list[float]] = {}
        for turn in range(rounds):
            for way, took in _time_ways(folder / str(turn), detector, manifest, first, workers):
                times.setdefault(way, []).append(took)
        print(f"{n} recordings of half an hour, {workers} workers")
        print("| way | s | of score |\n|---|---|---|")
        least = {way: min(took) for way, took in times.items()}
        for way, took in least.items():
            print(f"| {way} | {took:.1f} | {took / least['score']:.2f} |")
        _project(folder / "0/table", n)


def _time_ways(
    folder: Path, detector: Path, manifest: Path, first: Path, workers: int
) -> Sequence[tuple[str, float]]:
    """Return the seconds of each way, of Spark without and with its start."""
    folder.mkdir()
    records = manifest.read_text().split()
    score = ["-m", "ecg_anomaly.cli.main", "score", *records, "--workers", str(workers)]
    options = ["--detector", str(detector), "--output", str(folder / "scored")]
    shard = archive_command(manifest, folder / "table", str(detector), "--workers", str(workers))
    spark = [str(detector), str(first), str(manifest), str(folder / "spark"), f"local[{workers}]"]
    start, took = json.loads(_run(["-c", TWICE, *spark])[1].splitlines()[-1])
    return [
        ("score", _run([*score, *options])[0]),
        ("archive --workers", _run(shard)[0]),
        ("archive on Spark", took),
        ("its start", start),
    ]


def _run(arguments: list[str]) -> tuple[float, str]:
    start = time.monotonic()
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return time.monotonic() - start, done.stdout


def _project(table: Path, n: int) -> None:
    """Print the core hours of a million days, from the seconds of the rows."""
    rows = pq.read_table(table / "recordings", columns=["seconds"]).column("seconds").to_pylist()
    per_half_hour = sum(rows) / n
    hours = 1e6 * per_half_hour * DAY_S / HALF_HOUR_S / 3600
    print(
        f"a million days: {hours:,.0f} core hours, at {per_half_hour:.2f} s for half an hour of two"
        f" leads at 360 Hz on one core (mean of {n}, the download from a store not counted)"
    )
