"""The MLflow run of a pipeline run: opened by training, continued by the stages after it."""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.tracking.store import end_abandoned, experiment_id, git_commit
from ecg_anomaly.tracking.tracked_run import TrackedRun, connect, ending, flatten_config, method_of

KEY, COMPLETE = "ecg_anomaly.pipeline_key", "ecg_anomaly.complete"


@contextmanager
def start_run(config: PipelineConfig) -> Iterator[TrackedRun]:
    """Open a new run with all parameters; it ends FINISHED, or FAILED when the block raises."""
    run = connect(config.tracking)
    run.attempt(lambda: _create(run, config))
    with ending(run):
        yield run


@contextmanager
def resume_run(
    config: PipelineConfig, epochs: Callable[[], list[dict[str, float]]]
) -> Iterator[TrackedRun]:
    """Continue the run that training opened for this configuration and commit.

    Parameters
    ----------
    config : PipelineConfig
        Everything in params.yaml.
    epochs : callable
        Reads the training's epochs. They are logged when there is no run to continue: DVC
        restored the training from its cache, or MLflow was away while it ran.
    """
    run = connect(config.tracking)
    run.attempt(lambda: _find_or_create(run, config, epochs))
    with ending(run):
        yield run


def pipeline_key(config: PipelineConfig, commit: str) -> str:
    """Identify the run that the stages of one pipeline run share.

    Stages are separate processes, and a file that held the run's id between them would
    change with every run and make DVC run everything after it.
    """
    text = json.dumps([method_of(config), commit], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _create(run: TrackedRun, config: PipelineConfig) -> None:
    experiment = experiment_id(run.client, config.tracking)
    end_abandoned(run.client, experiment)
    commit = git_commit()
    tags = {
        KEY: pipeline_key(config, commit),
        "mlflow.source.git.commit": commit,
        "mlflow.source.name": "dvc.yaml",
        "dataset": config.dataset.name,
        "model": config.model.kind,
    }
    run.create(experiment, f"{config.model.kind} on {config.dataset.name}", tags)
    run.log_parameters(flatten_config(config))


def _find_or_create(
    run: TrackedRun, config: PipelineConfig, epochs: Callable[[], list[dict[str, float]]]
) -> None:
    experiment = experiment_id(run.client, config.tracking)
    wanted = f"tags.`{KEY}` = '{pipeline_key(config, git_commit())}'"
    found = run.client.search_runs([experiment], wanted, order_by=["start_time DESC"])
    unfinished = [r for r in found if COMPLETE not in r.data.tags]
    if unfinished:
        run.run_id = unfinished[0].info.run_id
        return
    _create(run, config)
    for metrics in epochs():
        run.log_epoch(metrics)
