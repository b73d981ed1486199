"""Search the architecture: a sweep of many trainings by several worker processes.

    dvc repro features && python src/search_architecture.py [search=NAME] [search.n_trials=60]

The same command continues the study, whatever ended it before. The best trial is written to
conf/model/tuned.yaml and conf/training/tuned.yaml, and to those of other groups that were searched.

    python src/search_architecture.py search.worker=3 ...   be worker 3 of a study (docs/cluster)
    python src/search_architecture.py search.trial=12 ...   train trial 12 again and compare
"""

import sys
from pathlib import Path

from ecg_anomaly.config.hydra_entry import search
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.search.objective import train_trial
from ecg_anomaly.search.repeated_trials import Train, train_again
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import find_storage, open_storage, study_folder
from ecg_anomaly.search.study import IDENTITY, begin_study, join_study, read_trials
from ecg_anomaly.search.study_plots import write_plots
from ecg_anomaly.search.sweep import Sweep
from ecg_anomaly.search.sweep_table import SweepTable, describe_params
from ecg_anomaly.search.trial_beats import digest_beats, open_beats
from ecg_anomaly.search.winner import choose_winner, write_winner
from ecg_anomaly.search.worker import Worker
from ecg_anomaly.search.worker_processes import WorkerProcesses, ending_in_order, lock_study
from ecg_anomaly.tracking.sweep_runs import follow_sweep

DATA, CONF = Path("data"), Path("conf")


def search_architecture(config: SearchRunConfig) -> None:
    """Run the sweep, one of its workers, or one of its trials."""
    if config.search.trial is not None:
        repeat_trial(config)
    elif config.search.worker is not None:
        run_worker(config)
    else:
        run_sweep(config)


def run_sweep(config: SearchRunConfig) -> None:
    """Run the workers until there are enough trials, write the winner, draw the study."""
    parameters, folder = read_space(config), study_folder(config.search)
    data, n_workers = digest_beats(DATA, config, parameters), config.search.n_workers
    table = SweepTable(config.search.n_trials, n_workers, config.training.epochs)
    with ending_in_order(), lock_study(folder) as lock:
        storage = open_storage(config.search)
        study = begin_study(storage, config, parameters, data)
        workers = WorkerProcesses(n_workers, worker_command, folder, lock)
        with follow_sweep(config, study.user_attrs[IDENTITY]) as log:
            complete = Sweep(study, storage, config, workers, [table.show, log.show]).run()
            trials = read_trials(study)
            table.show(trials, last=True)
            winner = choose_winner(trials, config.search.study)
            write_plots(study, trials, folder / "plots")
            log.finish(trials, folder / "plots", {"complete": str(complete).lower()})
    print(f"trial {winner.number}, {winner.value:.5f}: {describe_params(winner)}")
    print(f"plots in {folder / 'plots'}, logs of the workers beside them")
    if config.search.write_winner:
        files = write_winner(winner, config, CONF)
        print(f"wrote {' and '.join(str(f) for f in files)}")
    if not complete:
        print("the time was up before all trials had ended; call it again to continue")


def run_worker(config: SearchRunConfig) -> None:
    """Train trials of a study that a sweep has begun, here or on another machine."""
    parameters, storage = read_space(config), find_storage(config.search)
    join_study(storage, config, parameters, digest_beats(DATA, config, parameters))
    Worker(storage, config, parameters, train_on(config)).run()


def repeat_trial(config: SearchRunConfig) -> None:
    """Train one trial of a study again, alone, and print both results."""
    parameters = read_space(config)
    data = digest_beats(DATA, config, parameters)
    study = join_study(find_storage(config.search), config, parameters, data)
    train_again(study, config, parameters, train_on(config))


def train_on(config: SearchRunConfig) -> Train:
    """Open the beats of the trials; return what trains one of them."""
    beats_of = open_beats(DATA, config, read_space(config))
    return lambda trial, report: train_trial(beats_of(trial), trial, report)


def worker_command(number: int) -> list[str]:
    """Command line of a worker: this one's, and its number."""
    return [sys.executable, str(Path(__file__)), *sys.argv[1:], f"search.worker={number}"]


if __name__ == "__main__":
    search(search_architecture)()
