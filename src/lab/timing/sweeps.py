"""Measure what a sweep costs, saves and survives; all but the first need `dvc repro features`.

    python -m lab.timing.sweeps overhead         storage and tracking, in shares of a 5 s trial
    python -m lab.timing.sweeps workers          trials per hour of 2 workers against 1
    python -m lab.timing.sweeps pruning [random|tpe [SEEDS]]
                                                  epochs until the best value of an unpruned search
    python -m lab.timing.sweeps kills            20 random kills over a sweep of small trainings

Studies are made in a temporary folder. Machines differ and others work on them: the ratios count.
"""

import sys
from collections.abc import Callable

from ecg_anomaly.config.hydra_entry import run_reporting_errors
from lab.timing.sweep_kills import measure_kills
from lab.timing.sweep_overhead import measure_overhead, overhead_worker
from lab.timing.sweep_pruning import measure_pruning
from lab.timing.sweep_workers import measure_workers, training_worker

#: This script again, as a worker.
WORKER = [sys.executable, "-m", "lab.timing.sweeps"]

MEASURES: dict[str, Callable[..., None]] = {
    "overhead": lambda: measure_overhead([*WORKER, "overhead_worker"]),
    "workers": lambda: measure_workers([*WORKER, "training_worker"]),
    "pruning": measure_pruning,
    "kills": measure_kills,
}
WORKERS: dict[str, Callable[..., None]] = {
    "overhead_worker": overhead_worker,
    "training_worker": training_worker,
}


def main(what: str = "", *words: str) -> None:
    """Measure one thing, or work for a measurement."""
    work = {**MEASURES, **WORKERS}.get(what)
    if work is None:
        sys.exit(__doc__)
    run_reporting_errors(lambda: work(*words))


if __name__ == "__main__":
    main(*sys.argv[1:])
