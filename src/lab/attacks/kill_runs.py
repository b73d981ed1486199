"""Kill `ecg-anomaly score` and `dvc repro` at random instants, and count what they leave behind."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ecg_anomaly.triage.result_files import SUMMARY, is_whole
from lab.attacks.marked_processes import count_lasting, find_marked, start_marked

#: Seconds after a kill at which nothing of `score`, and of `dvc repro`, may be left: on a busy
#: machine to end takes longer than on a quiet one.
SCORE_GRACE_S, DVC_GRACE_S = 3.0, 2.0

SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


@dataclass
class Counts:
    """What was found after some kills.

    Attributes
    ----------
    kills, late : int
        Commands that were killed, and those that had ended before.
    processes : int
        Processes that were left after the time of grace.
    half_written : int
        Recordings whose files do not belong together, by their summary.
    temporary : Counter
        Temporary files that were left, by the name of the signal.
    written_after : int
        Files that appeared after the time of grace.
    unequal : int
        Files that a later run did not make equal to those of a run that was not killed.
    """

    kills: int = 0
    late: int = 0
    processes: int = 0
    half_written: int = 0
    temporary: Counter[str] = field(default_factory=Counter)
    written_after: int = 0
    unequal: int = 0


def score_command(records: Sequence[Path], detector: Path, output: Path, *words: str) -> list[str]:
    """Return the command that scores recordings."""
    options = ["--detector", str(detector), "--output", str(output), *words]
    return [sys.executable, "-m", "ecg_anomaly.cli.main", "score", *map(str, records), *options]


def kill_scoring(
    command: Sequence[str], output: Path, whole: Path, lasting_s: float, kills: int, seed: int
) -> Counts:
    """Kill a command of `score` again and again, then let it end.

    Parameters
    ----------
    command : sequence of str
        Writes into `output`.
    output, whole : Path
        The first is written here; the second holds what the command writes when nobody kills it.
    lasting_s : float
        About as long as the command lasts; it is killed at a random instant of that time.
    kills, seed : int
        How often, with which of `SIGNALS` in turn, and where the random instants start.

    Returns
    -------
    Counts
    """
    rng, counts = random.Random(seed), Counts()
    while counts.kills < kills:
        sent = SIGNALS[counts.kills % len(SIGNALS)]
        mark = f"{os.getpid()}-{seed}-{counts.kills}-{counts.late}"
        former = set(list_files(output))
        process = start_marked(command, mark)
        time.sleep(rng.uniform(0, lasting_s))
        if process.poll() is not None:
            counts.late += 1
            lasting_s *= 0.95  # the first run had to read everything from the disk
            continue
        process.send_signal(sent)
        counts.kills += 1
        counts.processes += count_lasting(mark, SCORE_GRACE_S)
        before = list_files(output)
        counts.temporary[sent.name] += sum(name.startswith(".") for name in {*before} - former)
        counts.half_written += count_half_written(output)
        process.wait()
        counts.written_after += list_files(output) != before
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    counts.unequal = count_unequal(output, whole)
    return counts


def kill_pipeline(folder: Path, stage: str, kills: int, seed: int) -> Counts:
    """Kill `dvc repro` within two seconds of the start of a stage, by turns with each signal.

    Parameters
    ----------
    folder : Path
        A copy of the project whose stages before `stage` have run.
    stage : str
        The stage, which is forced to run each time.
    kills, seed : int
        How often, and where the random instants start.
    """
    rng, counts = random.Random(seed), Counts()
    command = [sys.executable, "-m", "dvc", "repro", "--force", "--single-item", stage]
    for number in range(kills):
        mark = f"{os.getpid()}-{seed}-{number}"
        process = start_marked(command, mark, folder)
        while process.poll() is None and not find_marked(mark, "src/"):
            time.sleep(0.01)
        time.sleep(rng.uniform(0, 2.0))
        if process.poll() is not None:
            counts.late += 1
            continue
        process.send_signal(SIGNALS[number % len(SIGNALS)])
        counts.kills += 1
        time.sleep(DVC_GRACE_S)
        counts.processes += _count_left(process, mark)
        process.kill()
        process.wait()
    return counts


def _count_left(dvc: "subprocess.Popen[bytes]", mark: str) -> int:
    """Count stages that go on without dvc: one that ignores a signal waits for its stage."""
    return len(find_marked(mark, "src/")) if dvc.poll() is not None else 0


def run_pairs(
    command: Sequence[str], output: Path, whole: Path, pairs: int
) -> tuple[int, int, int]:
    """Run a command twice at once, so many times; count failures, half-written and other files."""
    failures = half_written = unequal = 0
    for _ in range(pairs):
        pair = [start_marked(command, "pair") for _ in range(2)]
        failures += sum(process.wait() != 0 for process in pair)
        half_written += count_half_written(output)
        unequal += count_unequal(output, whole)
    return failures, half_written, unequal


def list_files(folder: Path) -> dict[str, int]:
    """Return the time at which each file of a folder was written; a folder may be missing."""
    files = folder.iterdir() if folder.is_dir() else ()
    return {path.name: path.stat().st_mtime_ns for path in files}


def count_half_written(folder: Path) -> int:
    """Count the summaries to which other files do not belong."""
    return sum(not is_whole(path) for path in folder.glob(f"*{SUMMARY}"))


def count_unequal(folder: Path, whole: Path) -> int:
    """Count the files that are not in both folders with the same bytes."""
    one, other = ({p.name: p.read_bytes() for p in f.iterdir()} for f in (folder, whole))
    return sum(one.get(name) != other.get(name) for name in {*one, *other})
