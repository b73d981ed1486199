"""Kill workers, executors and drivers while an archive is scored, and compare its rows."""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from lab.archive.copied_archive import archive_command, write_archive
from lab.archive.killed_driver import ANY, KilledRun, kill_until_done
from lab.archive.table_comparison import TableDifference, compare_tables

#: Without Spark; Spark's workers here; two executors here, each a process of its own.
WITHOUT, LOCAL, CLUSTER = "none", "local[2]", "local-cluster[2,1,700]"

#: So many seconds after the end nothing that a driver has started may live.
ENDED_S = 3.0

HEADER = (
    "| where | killed while recordings were scored | recordings hit | rows | missing |"
    " twice | other | beats | left behind |\n|---|---|---|---|---|---|---|---|---|"
)


def measure_archive_kills(
    detector: Path,
    n: int,
    kills: int,
    drivers: int,
    masters: Sequence[str] = (WITHOUT, LOCAL, CLUSTER),
    seed: int = 0,
    every_s: tuple[float, float] = (0.3, 2.0),
    length_s: float = 600.0,
    what: str = ANY,
) -> bool:
    """Score an archive under kills, print what was killed, and whether its rows are the same.

    Parameters
    ----------
    detector : Path
        The detector folder.
    n : int
        Recordings.
    kills, drivers : int
        How many workers or executors, and how many drivers, are killed each time.
    masters : sequence of str
        Of Spark, one after the other; `WITHOUT` for two processes without Spark.
    seed : int
        Of the random choices.
    every_s : (float, float)
        Least and most seconds between two kills.
    length_s : float
        Of a recording.
    what : str
        What is killed beside drivers, of `lab.archive.killed_driver.VICTIMS`; by default any.

    Returns
    -------
    bool
        True when every kill was made, and every table has the rows of a run without kills.
    """
    same = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        manifest = write_archive(folder / "all", n, length_s)
        whole = folder / "whole"
        undisturbed = archive_command(manifest, whole, str(detector), "--beats", "--workers", "2")
        done = subprocess.run([sys.executable, *undisturbed], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        print(HEADER)
        for turn, master in enumerate(masters):
            table = folder / f"killed-{turn}"
            words = ["--workers", "2"] if master == WITHOUT else ["--master", master]
            command = archive_command(manifest, table, str(detector), "--beats", *words)
            chance = random.Random(seed + turn)
            run = kill_until_done(
                [sys.executable, *command], table, kills, drivers, chance, every_s, what
            )
            time.sleep(ENDED_S)
            difference = compare_tables(whole, table)
            print(describe_run(master, run, difference), flush=True)
            same &= difference.is_none and not run.left_over
    return same


def describe_run(master: str, run: KilledRun, difference: TableDifference) -> str:
    """Return the row of a run in the table that `HEADER` begins."""
    where = "`--workers 2`" if master == WITHOUT else f"`{master}`"
    what = ", ".join(f"{count} {name}" for name, count in sorted(run.killed.items())) or "nothing"
    if run.left_over:
        what += f" ({run.left_over} kills not made: the archive was done)"
    if run.gave_up:
        what += f" (the driver gave up {run.gave_up} times)"
    d = difference
    cells = [
        where, what, run.repeated, f"{d.found} of {d.expected}", d.missing, d.twice, d.other,
        "the same" if d.same_beats else "differ", run.count_orphans(),
    ]  # fmt: skip
    return f"| {' | '.join(map(str, cells))} |"
