"""Search the architecture: any number of trials, several workers, one study that nothing loses.

    dvc repro features && python src/search_architecture.py [search=NAME] [search.n_trials=60]

The same command goes on with the study, whatever ended it before. The winner is written to
conf/model/tuned.yaml and conf/training/tuned.yaml, and to those of other groups that were searched.
"""

import sys
from pathlib import Path

from ecg_anomaly.config.hydra_search import search
from ecg_anomaly.config.search_schema import SearchRunConfig
from ecg_anomaly.search.locks import StudyLocks
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import open_storage, study_folder
from ecg_anomaly.search.study import IDENTITY, begin_study, read_trials
from ecg_anomaly.search.study_plots import write_plots
from ecg_anomaly.search.sweep import Sweep, ending_in_order
from ecg_anomaly.search.sweep_beats import digest_beats
from ecg_anomaly.search.sweep_table import SweepTable, describe_params
from ecg_anomaly.search.winner import choose_winner, write_winner
from ecg_anomaly.search.worker_processes import WorkerProcesses
from ecg_anomaly.tracking.sweep_runs import follow_sweep

DATA, CONF = Path("data"), Path("conf")
WORKER = Path(__file__).with_name("search_worker.py")


def search_architecture(config: SearchRunConfig) -> None:
    """Sweep, write the winner, draw the study."""
    axes, folder = read_space(config.search), study_folder(config.search)
    data = digest_beats(DATA, config, axes)
    locks = StudyLocks(folder)
    locks.take_sweep()
    study = begin_study(open_storage(config.search), config, axes, data)
    table = SweepTable(config.search.n_trials, config.search.n_workers, config.training.epochs)
    workers = WorkerProcesses(config.search.n_workers, worker_command, folder)
    with ending_in_order(), follow_sweep(config, study.user_attrs[IDENTITY]) as log:
        sweep = Sweep(study, config, axes, workers, [table.show, log.show])
        sweep.prepare(locks)
        complete = sweep.run()
        trials = read_trials(study)
        table.show(trials, last=True)
        winner = choose_winner(trials, config.search.study)
        write_plots(study, trials, folder / "pictures")
        log.finish(trials, folder / "pictures", {"complete": str(complete).lower()})
    print(f"trial {winner.number}, {winner.value:.5f}: {describe_params(winner)}")
    print(f"pictures in {folder / 'pictures'}, logs of the workers beside them")
    if config.search.write_winner:
        files = write_winner(winner, config, CONF)
        print(f"wrote {' and '.join(str(f) for f in files)}")
    if not complete:
        print("the time was up before all trials had ended; call it again to go on")


def worker_command(number: int) -> list[str]:
    """Command line of a worker: this one's, for another script."""
    return [sys.executable, str(WORKER), *sys.argv[1:], f"search.worker={number}"]


if __name__ == "__main__":
    search(search_architecture)()
