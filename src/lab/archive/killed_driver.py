"""Run a driver until it ends well, killing it and what it has started in between."""

import os
import random
import secrets
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

#: Words in the command line of what may be killed, and what it is called in the table.
VICTIMS = {
    "CoarseGrainedExecutorBackend": "executors",
    "pyspark.daemon": "Python workers",
    "spawn_main": "scoring processes",
}

DRIVER = "drivers"

#: A kill of any of the victims.
ANY = "any"

#: Variable of the environment that tells the processes of a run from all others.
MARK = "ECG_ANOMALY_KILL_RUN"

#: By default Spark gives up once ten executors have died.
SUBMIT = "--conf spark.deploy.maxExecutorRetries=-1 --conf spark.executor.memory=700m pyspark-shell"

#: More ends of the driver by itself than these end the measurement.
MOST_FAILURES = 5

#: Seconds between two looks whether something is being scored.
LOOK_S = 0.02


@dataclass
class KilledRun:
    """What happened while a driver was run under kills.

    Attributes
    ----------
    killed : Counter of str
        How often what was killed.
    left_over : int
        Kills that were not made, because the archive was done before.
    repeated : int
        Recordings that were being scored at some kill, each counted once.
    gave_up : int
        How often the driver ended with an error by itself, and was started again.
    mark : str
        Is in the environment of all that the drivers start.
    """

    killed: Counter[str] = field(default_factory=Counter)
    left_over: int = 0
    repeated: int = 0
    gave_up: int = 0
    mark: str = field(default_factory=lambda: secrets.token_hex(8))

    def count_orphans(self) -> int:
        """Return how many of the processes that the drivers started still run."""
        return len(list_marked(self.mark))


def kill_until_done(
    command: list[str],
    table: Path,
    kills: int,
    drivers: int,
    chance: random.Random,
    every_s: tuple[float, float],
    what: str = ANY,
) -> KilledRun:
    """Run a command until it ends well, killing at random while recordings are being scored.

    Parameters
    ----------
    command : list of str
        The driver; it is started again whenever it was killed.
    table : Path
        The table that it writes: notes of recordings that are being scored lie in it.
    kills, drivers : int
        Kills of workers, executors or scoring processes, and of drivers, in random order.
    chance : random.Random
        Chooses what and when.
    every_s : (float, float)
        Least and most seconds to the next kill, which waits until something is being scored.
    what : str
        Of `VICTIMS`, the ones that are killed beside drivers.
    """
    plan = [what] * kills + [DRIVER] * drivers
    chance.shuffle(plan)
    run, touched, log = KilledRun(), set[str](), table.with_name(f"{table.name}.log")
    last = 0.0
    while True:
        with _started(command, log, run.mark) as driver:
            while plan and driver.poll() is None:
                time.sleep(chance.uniform(*every_s))
                _wait_for_scoring(driver, table, last)
                begun = _list_begun(table, last)
                if not begun or not (killed := _kill(driver, plan[0], chance, run.mark)):
                    continue
                run.killed[killed] += 1
                last = time.time()
                touched |= begun
                if plan.pop(0) == DRIVER:
                    break
            status = driver.wait()
        run.left_over, run.repeated = len(plan), len(touched)
        if status == 0:
            return run
        run.gave_up += status > 0
        if run.gave_up > MOST_FAILURES:
            raise RuntimeError(f"the driver ended {run.gave_up} times with status {status}")


def _wait_for_scoring(driver: subprocess.Popen[bytes], table: Path, last: float) -> None:
    """Wait until something is being scored, or the driver ends."""
    while driver.poll() is None and not _list_begun(table, last):
        time.sleep(LOOK_S)


def _list_begun(table: Path, last: float) -> set[str]:
    """Return the notes of what is being scored.

    A note that is older than the last kill is of a recording that was being scored then.
    """
    begun = set()
    for path in table.glob("_work/*/*/*.begun"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime > last:
                begun.add(path.name)
    return begun


def _kill(
    driver: subprocess.Popen[bytes], planned: str, chance: random.Random, mark: str
) -> str | None:
    """Kill the driver, or something below it, and return what it was; None if nothing was."""
    if planned == DRIVER:
        driver.kill()
        return DRIVER
    victims = _find_victims(mark)
    kinds = sorted(victims.keys() & {planned} if planned != ANY else victims)
    if not kinds:
        return None
    what = chance.choice(kinds)
    try:
        chance.choice(victims[what]).kill()
    except psutil.Error:
        return None
    return what


def _find_victims(mark: str) -> dict[str, list[psutil.Process]]:
    """Return what may be killed of what a driver has started, by what it is called.

    It is known by its environment: what a killed process had started has another parent.
    """
    found: dict[str, list[psutil.Process]] = {}
    for process in list_marked(mark):
        with suppress(psutil.Error):
            line = " ".join(process.cmdline())
            for words, name in VICTIMS.items():
                if words in line:
                    found.setdefault(name, []).append(process)
    return found


def list_marked(mark: str) -> list[psutil.Process]:
    """Return the processes that run with a mark in their environment."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


@contextmanager
def _started(command: list[str], log: Path, mark: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYSPARK_SUBMIT_ARGS": SUBMIT, MARK: mark}
    with (
        log.open("ab") as said,
        subprocess.Popen(command, env=environment, stdout=said, stderr=said) as driver,
    ):
        try:
            yield driver
        finally:
            driver.kill()
