"""One worker of a sweep, on this machine or another: does trials of a study until it is done.

    python src/search_worker.py [what src/search_architecture.py was called with]

A sweep starts its own; past one machine whatever the site has starts them (docs/cluster).
"""

from pathlib import Path

from ecg_anomaly.config.hydra_search import search
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.search.attempt import Objective
from ecg_anomaly.search.locks import StudyLocks
from ecg_anomaly.search.objective import train_trial
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import close_storage, find_storage, study_folder
from ecg_anomaly.search.study import join_study
from ecg_anomaly.search.sweep_beats import digest_beats, open_beats
from ecg_anomaly.search.worker import Worker
from ecg_anomaly.search.worker_log import say
from ecg_anomaly.search.worker_processes import end_with_sweep

DATA = Path("data")


def search_worker(config: SearchRunConfig) -> None:
    """Join the study, open the data, do trials."""
    end_with_sweep()
    axes = read_space(config.search)
    storage = find_storage(config.search)
    locks = StudyLocks(study_folder(config.search))
    if config.search.storage is None:
        locks.join_workers()
    join_study(storage, config, axes, digest_beats(DATA, config, axes))
    beats_of = open_beats(DATA, config, axes)
    say(f"worker {config.search.worker} begins")
    train: Objective = lambda c, report: train_trial(beats_of(c), c, report)  # noqa: E731
    done = Worker(storage, config, axes, train).work()
    say(f"worker {config.search.worker}: {done} trials")
    locks.close()
    close_storage(storage)


if __name__ == "__main__":
    search(search_worker)()
