"""Studies to measure sweeps with: in a temporary folder, over the default space."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import yaml

from ecg_anomaly.config.params_file import read_params
from ecg_anomaly.config.pipeline_schema import TrainingConfig
from ecg_anomaly.config.search_schema import SearchConfig, SearchRunConfig
from ecg_anomaly.search.repeated_trials import Train
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import find_storage, open_storage, study_folder
from ecg_anomaly.search.study import IDENTITY, begin_study, join_study, read_trials
from ecg_anomaly.search.sweep import Sweep
from ecg_anomaly.search.trials import SweepTrial
from ecg_anomaly.search.worker import Worker
from ecg_anomaly.search.worker_processes import WorkerProcesses, lock_study
from ecg_anomaly.tracking.sweep_runs import follow_sweep

ROOT = Path(__file__).resolve().parents[3]

#: Small trainings: epochs and shares of time are measured, and they need not be long.
SMALL = replace(
    read_params(ROOT).training,
    epochs=9, patience=9, normal_per_record=120, abnormal_per_record=100,
)  # fmt: skip

#: Digest of the data of such a study, which nobody goes on with.
DATA = "measured"


def default_search() -> dict[str, Any]:
    """Read conf/search/default.yaml."""
    text = (ROOT / "conf/search/default.yaml").read_text(encoding="utf-8")
    settings: dict[str, Any] = yaml.safe_load(text)
    return settings


def configure_study(folder: Path, training: TrainingConfig, **search: Any) -> SearchRunConfig:
    """Configure a study in a folder, logged to a database beside it.

    Parameters
    ----------
    folder : Path
        Gets study and database.
    training : TrainingConfig
        Of every trial.
    **search
        Settings of `SearchConfig`; the space is the default one.
    """
    params = read_params(ROOT)
    groups = {group.name: getattr(params, group.name) for group in fields(params)}
    groups["model"] = replace(
        params.model, units=48, bidirectional=True, latent_size=32, samples_per_step=8
    )
    groups["training"] = training
    groups["tracking"] = replace(params.tracking, uri=f"sqlite:///{folder}/mlflow.db")
    settings = {**default_search(), "folder": str(folder), **search}
    return SearchRunConfig(**groups, search=SearchConfig(**settings))


def run_sweep(config: SearchRunConfig, command: list[str]) -> list[SweepTrial]:
    """Run a sweep with MLflow to its end and return its trials.

    Parameters
    ----------
    config : SearchRunConfig
        From `configure_study`.
    command : list of str
        Command line of a worker, but for its number.
    """
    parameters, folder = read_space(config), study_folder(config.search)
    with lock_study(folder) as lock:
        storage = open_storage(config.search)
        study = begin_study(storage, config, parameters, DATA)
        workers = WorkerProcesses(
            config.search.n_workers, lambda number: [*command, str(number)], folder, lock
        )
        with follow_sweep(config, study.user_attrs[IDENTITY]) as log:
            Sweep(study, storage, config, workers, [log.show]).run()
            log.show(read_trials(study), last=True)
    return read_trials(study)


def number_worker(config: SearchRunConfig, number: str) -> SearchRunConfig:
    """Return the configuration of the worker of a number."""
    return replace(config, search=replace(config.search, worker=int(number)))


def work_on(config: SearchRunConfig, train: Train) -> None:
    """Be a worker of `run_sweep`."""
    parameters, storage = read_space(config), find_storage(config.search)
    join_study(storage, config, parameters, DATA)
    Worker(storage, config, parameters, train).run()
