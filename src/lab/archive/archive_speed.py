"""Measure how long Spark and shards take for an archive, beside `score --workers`."""

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

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
        job = prepare_job(name, f"{table}/{len(took)}", chosen.sha256)
        run_on_spark(job, Path(detector), session)
        took.append(time.monotonic() - start)
        start = time.monotonic()
print(json.dumps(took))
"""


@dataclass
class WayTime:
    """What one way of scoring took.

    Attributes
    ----------
    start_s : float
        For a few recordings of a minute: what any archive pays once.
    recordings_s : float
        For the recordings, without the start.
    cpu_s : float
        Processor time for them; not known of Spark, whose processes do not end as children.
    """

    start_s: float = 0.0
    recordings_s: float = 0.0
    cpu_s: float = 0.0


def measure_speed(detector: Path, n: int, workers: int = 2, slices: int = 5) -> None:
    """Print a table: seconds of each way, and its ratio to `score`.

    Other work comes and goes on a machine: so the recordings are scored in slices, each by every
    way, in another order each time.

    Parameters
    ----------
    detector : Path
        The detector folder.
    n : int
        Recordings of half an hour.
    workers : int
        Processes of `score`, and of Spark's local master.
    slices : int
        How many; `n` is divided by it.
    """
    ways = {"score": _time_score, "archive --workers": _time_here, "archive on Spark": _time_spark}
    times, load = {way: WayTime() for way in ways}, []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        records = write_archive(folder / "all", n, HALF_HOUR_S).read_text().split()
        first = write_archive(folder / "first", 2 * workers, 60.0)
        for turn in range(slices):
            manifest = folder / f"slice-{turn}.txt"
            manifest.write_text("\n".join(records[turn::slices]))
            order = list(ways)[turn % len(ways) :] + list(ways)[: turn % len(ways)]
            for way in order:
                load.append(os.getloadavg()[0])
                output = folder / "output"
                took = ways[way](detector, first, manifest, output, workers)
                times[way].start_s += took.start_s / slices
                times[way].recordings_s += took.recordings_s
                times[way].cpu_s += took.cpu_s
                shutil.rmtree(output)
    print(f"{n} recordings of half an hour, {workers} workers, load {min(load):.1f} to", end=" ")
    print(f"{max(load):.1f} on {os.cpu_count()} cores")
    _print_table(times)
    _project(times["archive --workers"].cpu_s, n)


def _print_table(times: dict[str, WayTime]) -> None:
    print("| way | start, s | recordings, s | of score |\n|---|---|---|---|")
    for way, time_of in times.items():
        ratio = time_of.recordings_s / times["score"].recordings_s
        print(f"| {way} | {time_of.start_s:.1f} | {time_of.recordings_s:.1f} | {ratio:.2f} |")


def _time_score(detector: Path, first: Path, manifest: Path, output: Path, workers: int) -> WayTime:
    options = ["--workers", str(workers), "--detector", str(detector), "--output", str(output)]
    score = ["-m", "ecg_anomaly.cli.main", "score"]
    return _time_twice(
        *([*score, *listed.read_text().split(), *options] for listed in (first, manifest))
    )


def _time_here(detector: Path, first: Path, manifest: Path, output: Path, workers: int) -> WayTime:
    words = [str(detector), "--workers", str(workers)]
    return _time_twice(
        *(archive_command(listed, output / listed.stem, *words) for listed in (first, manifest))
    )


def _time_spark(detector: Path, first: Path, manifest: Path, output: Path, workers: int) -> WayTime:
    words = [str(detector), str(first), str(manifest), str(output), f"local[{workers}]"]
    output.mkdir()
    start, took = json.loads(_run(["-c", TWICE, *words])[2].splitlines()[-1])
    return WayTime(start, took)


def _time_twice(small: list[str], whole: list[str]) -> WayTime:
    """Run a few short recordings, then those that count; the difference is theirs."""
    (start, start_cpu, _), (took, cpu, _) = _run(small), _run(whole)
    return WayTime(start, took - start, cpu - start_cpu)


def _run(arguments: list[str]) -> tuple[float, float, str]:
    """Run Python; return seconds, seconds of processors, and what it wrote."""
    start, before = time.monotonic(), _cpu_s()
    command = [sys.executable, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return time.monotonic() - start, _cpu_s() - before, done.stdout


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _project(cpu_s: float, n: int) -> None:
    """Print the core hours of a million days, from the processor time of half hours."""
    per_half_hour = cpu_s / n
    hours = 1e6 * per_half_hour * DAY_S / HALF_HOUR_S / 3600
    print(
        f"a million days: {hours:,.0f} core hours, at {per_half_hour:.2f} s of processor time for "
        f"half an hour of two leads at 360 Hz (mean of {n}, no start, no download)"
    )
