"""Measure how long scoring, the pipeline and a sweep take: the tables of docs/performance.md.

    python -m lab.timing [scoring [DATA]]       scoring, beside a pipeline of well-known packages;
                                                DATA, by default data, has `model` and `training`
    python -m lab.timing formats [DATA [HOURS]] a day in each file format
    python -m lab.timing pipeline [ARGUMENTS]   the pipeline in a clone of the last commit;
                                                ARGUMENTS of dvc exp run: -S dataset=mitdb
    python -m lab.timing overhead               storage and tracking, in shares of a 5 s trial
    python -m lab.timing workers                trials per hour of 2 workers against 1
    python -m lab.timing pruning FILE [random|tpe [SEEDS]]
                                                epochs until the best value of an unpruned search;
                                                five seeds are 25 minutes of a core; FILE keeps the
                                                trainings, on features and code that stay the same,
                                                of a call that is cut off
    python -m lab.timing replays FILE [SECONDS] what pruning could save, by replays of whole
                                                trainings, of which SECONDS are spent first
    python -m lab.timing kills                  20 random kills over a sweep of small trainings

The last four need `dvc repro features`. Studies are made in a temporary folder. Machines differ
and others work on them: the ratios count, those of the pipeline to a fixed piece of work.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ecg_anomaly.config.hydra_entry import run_reporting_errors
from lab.doc_pages import ROOT
from lab.timing.format_timing import measure_formats
from lab.timing.pruning_table import measure_pruning
from lab.timing.replay_table import measure_replays
from lab.timing.scoring import measure_scoring
from lab.timing.sweep_kills import measure_kills
from lab.timing.sweep_overhead import measure_overhead, overhead_worker
from lab.timing.sweep_pruning import pruning_worker
from lab.timing.sweep_workers import measure_workers, training_worker

DVC = str(Path(sys.executable).with_name("dvc"))

#: This script again, as a worker.
WORKER = [sys.executable, "-m", "lab.timing"]

WORKERS: dict[str, Callable[..., None]] = {
    "overhead_worker": overhead_worker,
    "training_worker": training_worker,
    "pruning_worker": pruning_worker,
}


def time_command(command: list[str], folder: Path) -> float:
    """Return the seconds that a command takes; its last lines are shown when it fails."""
    start = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return time.monotonic() - start


def time_yardstick(products: int = 60) -> float:
    """Return the seconds of so many products of 1500 x 1500 matrices on this machine."""
    matrix = np.random.default_rng(0).standard_normal((1500, 1500))
    start = time.monotonic()
    for _ in range(products):
        matrix @ matrix
    return time.monotonic() - start


def measure_pipeline(*arguments: str) -> None:
    """Clone the repository, run the pipeline twice, import the package; print a table.

    Parameters
    ----------
    *arguments : str
        Of ``dvc exp run``; without them ``dvc repro`` is run.
    """
    yardstick = time_yardstick()
    with tempfile.TemporaryDirectory() as temporary:
        clone = Path(temporary) / "clone"
        time_command(["git", "clone", "-q", str(ROOT), str(clone)], ROOT)
        first = [DVC, "exp", "run", *arguments] if arguments else [DVC, "repro"]
        seconds = {
            " ".join(["dvc", *first[1:]]): time_command(first, clone),
            "dvc repro again": time_command([DVC, "repro"], clone),
            "import ecg_anomaly": time_command(
                [sys.executable, "-c", "import ecg_anomaly"], ROOT / "src"
            ),
        }
    print(f"{'yardstick':40} {yardstick:8.2f} s")
    for name, value in seconds.items():
        print(f"{name:40} {value:8.2f} s  {value / yardstick:7.2f} x yardstick")


MEASURES: dict[str, Callable[..., None]] = {
    "scoring": measure_scoring,
    "formats": measure_formats,
    "pipeline": measure_pipeline,
    "overhead": lambda: measure_overhead([*WORKER, "overhead_worker"]),
    "workers": lambda: measure_workers([*WORKER, "training_worker"]),
    "pruning": lambda *words: measure_pruning([*WORKER, "pruning_worker"], *words),
    "replays": measure_replays,
    "kills": measure_kills,
}


def main(what: str = "scoring", *words: str) -> None:
    """Measure one thing, or work for a measurement."""
    work = {**MEASURES, **WORKERS}.get(what)
    if work is None:
        sys.exit(__doc__)
    run_reporting_errors(lambda: work(*words))


if __name__ == "__main__":
    main(*sys.argv[1:])
