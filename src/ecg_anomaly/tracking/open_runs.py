"""The MLflow run of a pipeline run: opened by training, gone on with by the stages after it."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.tracking.parameters import flatten_config, pipeline_key
from ecg_anomaly.tracking.pipeline_run import PipelineRun, say_not_logged
from ecg_anomaly.tracking.store import (
    artifact_location,
    check_reachable,
    git_commit,
    tracking_uri,
)

KEY, COMPLETE, PROCESS = "ecg_anomaly.pipeline_key", "ecg_anomaly.complete", "ecg_anomaly.process"

#: The line above the list of runs.
EXPERIMENT_TAGS = {
    "mlflow.note.content": "LSTM detectors of abnormal heartbeats, one run per pipeline run. "
    "Not a medical device.",
}


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
    for metrics in epochs():
        run.log_epoch(metrics)


def _experiment_id(client: Any, config: PipelineConfig) -> str:
    name = config.tracking.experiment
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    location = artifact_location(tracking_uri(config.tracking))
    return str(client.create_experiment(name, location, tags=EXPERIMENT_TAGS))


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
