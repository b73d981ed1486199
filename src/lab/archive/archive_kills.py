"""Kill workers, executors and drivers while an archive is scored, and compare its rows."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pandas as pd
import psutil
import pyarrow.parquet as pq

from lab.archive.copied_archive import archive_command, write_archive

#: While there is none of these, nothing is scored, and no kill tells anything.
SCORES = "scoring process"

#: Words in the command line of what may be killed, and what it is called in the table.
VICTIMS = {
    "CoarseGrainedExecutorBackend": "executor",
    "pyspark.daemon": "Python worker",
    "spawn_main": SCORES,
}

#: Columns that say when and how fast, and so differ from run to run.
DIFFER = ["seconds", "scored_at"]

#: Two executors on this machine; by default Spark gives up once ten have died.
MASTER = "local-cluster[2,1,700]"
SUBMIT = "--conf spark.deploy.maxExecutorRetries=-1 --conf spark.executor.memory=700m pyspark-shell"


def measure_archive_kills(
    detector: Path,
    n: int,
    kills: int,
    drivers: int,
    master: str | None = MASTER,
    seed: int = 0,
    every_s: tuple[float, float] = (0.3, 1.5),
) -> bool:
    """Score an archive under kills, print what was killed, and whether its rows are the same.

    Parameters
    ----------
    detector : Path
        The detector folder.
    n : int
        Recordings of ten minutes.
    kills, drivers : int
        How many workers or executors, and how many drivers, are killed.
    master : str, optional
        Of Spark; None for processes without Spark.
    seed : int
        Of the random choices.
    every_s : (float, float)
        Least and most seconds between two kills.
    """
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manifest = write_archive(folder / "all", n, 600.0)
        words = ["--master", master] if master else ["--workers", "2"]
        undisturbed = archive_command(manifest, folder / "whole", str(detector), "--workers", "2")
        subprocess.run([sys.executable, *undisturbed], check=True, capture_output=True)
        command = [
            sys.executable,
            *archive_command(manifest, folder / "killed", str(detector), *words),
        ]
        killed = kill_until_done(command, kills, drivers, chance, every_s)
        return compare_rows(folder / "whole", folder / "killed", killed)


def kill_until_done(
    command: list[str],
    kills: int,
    drivers: int,
    chance: random.Random,
    every_s: tuple[float, float],
) -> Counter[str]:
    """Run a command until it ends well, and return how often what was killed.

    Parameters
    ----------
    command : list of str
        The driver; it is started again whenever it was killed.
    kills, drivers : int
        Kills of workers and of drivers, in random order, each while something is being scored.
    chance : random.Random
        Chooses what and when.
    every_s : (float, float)
        Least and most seconds between two kills.
    """
    plan = ["worker"] * kills + ["driver"] * drivers
    chance.shuffle(plan)
    killed: Counter[str] = Counter()
    while True:
        with _started(command) as driver:
            while driver.poll() is None:
                time.sleep(chance.uniform(*every_s))
                victims = _victims(driver.pid)
                if not plan:
                    driver.wait()
                elif SCORES not in victims:
                    continue  # it is starting: nothing could be lost
                elif plan[0] == "driver":
                    driver.kill()
                    killed[plan.pop(0)] += 1
                else:
                    what = chance.choice(sorted(victims))
                    with suppress(psutil.Error):
                        chance.choice(victims[what]).kill()
                        killed[what] += 1
                        plan.pop(0)
        if driver.returncode == 0:
            killed["left over"] = len(plan)
            return killed


@contextmanager
def _started(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYSPARK_SUBMIT_ARGS": SUBMIT}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, **quiet) as driver:  # type: ignore[call-overload]
        try:
            yield driver
        finally:
            with suppress(ProcessLookupError):
                os.kill(driver.pid, signal.SIGKILL)


def _victims(driver: int) -> dict[str, list[psutil.Process]]:
    """Return what may be killed below a driver, by what it is called."""
    found: dict[str, list[psutil.Process]] = {}
    with suppress(psutil.Error):
        for process in psutil.Process(driver).children(recursive=True):
            with suppress(psutil.Error):
                line = " ".join(process.cmdline())
                for words, name in VICTIMS.items():
                    if words in line:
                        found.setdefault(name, []).append(process)
    return found


def compare_rows(whole: Path, killed: Path, counts: Counter[str]) -> bool:
    """Print whether two tables have the same rows, none twice, and what was killed."""
    expected, found = (read_rows(table) for table in (whole, killed))
    twice = int(found["uri"].duplicated().sum())
    missing = len(set(expected["uri"]) - set(found["uri"]))
    same = len(found) == len(expected) and found.equals(expected)
    unequal = 0 if same else _count_unequal(expected, found)
    what = ", ".join(f"{n} {name}" for name, n in sorted(counts.items()))
    print(f"killed: {what}")
    print(
        f"rows: {len(found)} of {len(expected)}, {missing} missing, {twice} twice, {unequal} other"
    )
    return same


def read_rows(table: Path) -> pd.DataFrame:
    """Read the rows of an archive without what differs from run to run."""
    frame = pq.read_table(table / "recordings").to_pandas().drop(columns=DIFFER)
    return frame.sort_values("uri", ignore_index=True)


def _count_unequal(expected: pd.DataFrame, found: pd.DataFrame) -> int:
    both = expected.astype(str).merge(found.astype(str), how="outer", indicator=True)
    return int((both["_merge"] == "right_only").sum())
