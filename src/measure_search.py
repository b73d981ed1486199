"""Measure what a sweep costs, saves and survives; all but the first need `dvc repro features`.

    python src/measure_search.py overhead         storage and tracking, in shares of a 5 s trial
    python src/measure_search.py workers          trials per hour of 2 workers against 1
    python src/measure_search.py pruning [random|tpe [SEEDS]]
                                                  epochs until the best value of an unpruned search
    python src/measure_search.py kills            20 random kills over a sweep of small trainings

Studies are made in a temporary folder. Machines differ and others work on them: the ratios count.
"""

import sys
from collections.abc import Callable

from ecg_anomaly.config.hydra_stage import run_reporting_errors
from ecg_anomaly.sweep_timing.kills import measure_kills
from ecg_anomaly.sweep_timing.overhead import measure_overhead, overhead_worker
from ecg_anomaly.sweep_timing.pruning import measure_pruning
from ecg_anomaly.sweep_timing.workers import measure_workers, training_worker

#: This script again, as a worker: a module run by name would be that of an installed package.
WORKER = [sys.executable, __file__]

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
