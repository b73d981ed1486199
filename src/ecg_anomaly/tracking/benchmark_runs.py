"""The MLflow runs of a benchmark: one parent, and one child for each training."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.tracking.open_runs import (
    PROCESS,
    _connect,
    _end_abandoned,
    _ended,
    _experiment_id,
)
from ecg_anomaly.tracking.parameters import flatten_config
from ecg_anomaly.tracking.pipeline_run import PipelineRun
from ecg_anomaly.tracking.store import git_commit

#: MLflow's own tag that puts a run below another one.
PARENT = "mlflow.parentRunId"


class BenchmarkLog:
    """The parent run of a benchmark; whatever fails is one warning and no more logging.

    Parameters
    ----------
    run : PipelineRun
        The parent run.
    experiment : str
        Number of the experiment that its children join.
    """

    def __init__(self, run: PipelineRun, experiment: str = "") -> None:
        self.run, self._experiment = run, experiment

    @contextmanager
    def child(self, name: str, tags: Mapping[str, str]) -> Iterator[PipelineRun]:
        """Open a run below the parent; it ends FINISHED, or FAILED when the block raises.

        Parameters
        ----------
        name : str
            As the MLflow pages show it.
        tags : mapping
            Which detector, seed and fold.
        """
        child = PipelineRun(self.run.client)
        named = {**tags, PARENT: self.run.run_id}
        child.attempt(lambda: _create(child, self._experiment, name, named))
        if child.client is None:
            self.run.client = None  # the store is gone: said once, not for every child
        with _ended(child):
            yield child


@contextmanager
def start_benchmark(config: PipelineConfig, protocol: str) -> Iterator[BenchmarkLog]:
    """Open the parent run of a protocol with all parameters; it ends as the block does."""
    run = _connect(config)
    log = BenchmarkLog(run)
    run.attempt(lambda: _open(log, config, protocol))
    with _ended(run):
        yield log


def flatten_metrics(prefix: str, metrics: Mapping[str, Any]) -> dict[str, float]:
    """Name every number of nested figures with its path, as MLflow's metrics are named."""
    flat: dict[str, float] = {}
    for key, value in metrics.items():
        name = f"{prefix}_{key}" if prefix else str(key)
        if isinstance(value, Mapping):
            flat |= flatten_metrics(name, value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            flat[name] = float(value)
    return flat


def _open(log: BenchmarkLog, config: PipelineConfig, protocol: str) -> None:
    from mlflow.entities import Param

    log._experiment = _experiment_id(log.run.client, config)
    _end_abandoned(log.run.client, log._experiment)
    name = f"benchmark {protocol}"
    tags = {"benchmark": protocol, "mlflow.source.git.commit": git_commit()}
    _create(log.run, log._experiment, name, tags)
    params = [Param(key, value) for key, value in flatten_config(config).items()]
    for start in range(0, len(params), 100):  # MLflow takes so many in one call
        log.run.client.log_batch(log.run.run_id, params=params[start : start + 100])


def _create(run: PipelineRun, experiment: str, name: str, tags: Mapping[str, str]) -> None:
    marked = {**tags, PROCESS: str(os.getpid())}
    made = run.client.create_run(experiment, tags=marked, run_name=name)
    run.run_id = made.info.run_id
