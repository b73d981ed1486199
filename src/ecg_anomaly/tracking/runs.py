"""The MLflow run of a pipeline run: opened by training, gone on with by the stages after it."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ecg_anomaly.config.schema import PipelineConfig
from ecg_anomaly.tracking.parameters import flatten_config, pipeline_key
from ecg_anomaly.tracking.store import (
    artifact_location,
    check_reachable,
    git_commit,
    tracking_uri,
)

KEY, COMPLETE, PROCESS = "ecg_anomaly.pipeline_key", "ecg_anomaly.complete", "ecg_anomaly.process"


class PipelineRun:
    """One MLflow run; every method turns a failure of MLflow into one line and goes on.

    Parameters
    ----------
    client : mlflow.MlflowClient or None
        None logs nothing.
    run_id : str
        The run.
    """

    def __init__(self, client: Any, run_id: str = "") -> None:
        self.client, self.run_id = client, run_id

    def attempt(self, work: Callable[[], object]) -> None:
        """Do something with MLflow; when it fails, say so once and log nothing more."""
        if self.client is None:
            return
        try:
            work()
        except Exception as error:  # whatever MLflow raises, the numbers on disk are safe
            say_not_logged(error)
            self.client = None

    def log_epoch(self, figures: Mapping[str, float]) -> None:
        """Log one epoch's figures in one call; one call a figure would cost 10 ms each."""
        step = int(figures["epoch"])
        rest = {f"epoch_{k}": v for k, v in figures.items() if k != "epoch"}
        self.attempt(lambda: self._log_batch(rest, step))

    def log_metrics(self, figures: Mapping[str, float]) -> None:
        """Log final figures."""
        self.attempt(lambda: self._log_batch(figures, 0))

    def log_files(self, folder: Path, pattern: str, target: str) -> None:
        """Copy files of a folder to the run's artifacts."""
        for path in sorted(folder.glob(pattern)):
            self.attempt(
                lambda path=path: self.client.log_artifact(self.run_id, str(path), target)  # type: ignore[misc]
            )

    def log_dataset(self, name: str, source: str, digest: str) -> None:
        """Log the data set by name, source and SHA256."""
        self.attempt(lambda: self._log_dataset(name, source, digest))

    def set_tags(self, tags: Mapping[str, str]) -> None:
        """Set tags of the run."""
        for key, value in tags.items():
            self.attempt(
                lambda key=key, value=value: self.client.set_tag(self.run_id, key, value)  # type: ignore[misc]
            )

    def _log_dataset(self, name: str, source: str, digest: str) -> None:
        from mlflow.data.code_dataset_source import CodeDatasetSource
        from mlflow.data.meta_dataset import MetaDataset
        from mlflow.entities import DatasetInput

        # MLflow keeps 36 characters of a digest; the whole one is a tag.
        origin = CodeDatasetSource({"source": source, "sha256": digest})
        entity = MetaDataset(origin, name, digest[:36])._to_mlflow_entity()
        self.client.log_inputs(self.run_id, [DatasetInput(entity)])
        self.client.set_tag(self.run_id, "dataset.sha256", digest)

    def _log_batch(self, figures: Mapping[str, float], step: int) -> None:
        import time

        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        self.client.log_batch(
            self.run_id, metrics=[Metric(k, float(v), now, step) for k, v in figures.items()]
        )


@contextmanager
def start_run(config: PipelineConfig) -> Iterator[PipelineRun]:
    """Open a new run with all parameters; it ends FINISHED, or FAILED when the block raises."""
    run = _connect(config)
    run.attempt(lambda: _create(run, config))
    with _ended(run):
        yield run


@contextmanager
def resume_run(
    config: PipelineConfig, epochs: Callable[[], list[dict[str, float]]]
) -> Iterator[PipelineRun]:
    """Go on with the run that training opened for this configuration and commit.

    Parameters
    ----------
    config : PipelineConfig
        Everything in params.yaml.
    epochs : callable
        Reads the training's epochs. They are logged when there is no run to go on with: DVC
        restored the training from its cache, or MLflow was away while it ran.
    """
    run = _connect(config)
    run.attempt(lambda: _find_or_create(run, config, epochs))
    with _ended(run):
        yield run


def say_not_logged(error: object) -> None:
    """Say in one line that MLflow does not have the numbers, and where they are."""
    reason = " ".join(str(error).split())[:200]
    print(
        f"warning: not logged to MLflow ({type(error).__name__}: {reason}); "
        "the results in data/ are complete, check tracking.uri",
        file=sys.stderr,
    )


def _connect(config: PipelineConfig) -> PipelineRun:
    run = PipelineRun(None)
    if not config.tracking.enabled:
        return run
    uri = tracking_uri(config.tracking)
    try:
        check_reachable(uri)
        import mlflow

        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        run.client = mlflow.MlflowClient()
    except Exception as error:  # a missing server is the user's to mend, later
        say_not_logged(error)
    return run


def _create(run: PipelineRun, config: PipelineConfig) -> None:
    from mlflow.entities import Param

    experiment = _experiment_id(run.client, config)
    _end_abandoned(run.client, experiment)
    commit = git_commit()
    tags = {
        KEY: pipeline_key(config, commit),
        PROCESS: str(os.getpid()),
        "mlflow.source.git.commit": commit,
        "mlflow.source.name": "dvc.yaml",
        "dataset": config.dataset.name,
        "model": config.model.kind,
    }
    name = f"{config.model.kind} on {config.dataset.name}"
    run.run_id = run.client.create_run(experiment, tags=tags, run_name=name).info.run_id
    run.client.log_batch(
        run.run_id, params=[Param(k, v) for k, v in flatten_config(config).items()]
    )


def _find_or_create(
    run: PipelineRun, config: PipelineConfig, epochs: Callable[[], list[dict[str, float]]]
) -> None:
    experiment = _experiment_id(run.client, config)
    wanted = f"tags.`{KEY}` = '{pipeline_key(config, git_commit())}'"
    found = run.client.search_runs([experiment], wanted, order_by=["start_time DESC"])
    unfinished = [r for r in found if COMPLETE not in r.data.tags]
    if unfinished:
        run.run_id = unfinished[0].info.run_id
        return
    _create(run, config)
    for figures in epochs():
        run.log_epoch(figures)


def _experiment_id(client: Any, config: PipelineConfig) -> str:
    name = config.tracking.experiment
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    return str(client.create_experiment(name, artifact_location(tracking_uri(config.tracking))))


def _end_abandoned(client: Any, experiment: str) -> None:
    """End runs whose process was killed: nobody else will."""
    import psutil

    for run in client.search_runs([experiment], "attributes.status = 'RUNNING'"):
        process = run.data.tags.get(PROCESS, "")
        if process.isdigit() and not psutil.pid_exists(int(process)):
            client.set_terminated(run.info.run_id, "KILLED")


@contextmanager
def _ended(run: PipelineRun) -> Iterator[None]:
    try:
        yield
    except BaseException:
        run.attempt(lambda: run.client.set_terminated(run.run_id, "FAILED"))
        raise
    run.attempt(lambda: run.client.set_terminated(run.run_id, "FINISHED"))
