"""The MLflow runs of a benchmark: one parent, and one child for each training."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.tracking.store import PARENT, end_abandoned, experiment_id, git_commit
from ecg_anomaly.tracking.tracked_run import TrackedRun, connect, ending, flatten_config


class BenchmarkLog:
    """The parent run of a benchmark; a failure is one warning and no more logging.

    Parameters
    ----------
    run : TrackedRun
        The parent run.
    experiment : str
        Number of the experiment that its children join.
    """

    def __init__(self, run: TrackedRun, experiment: str = "") -> None:
        self.run, self._experiment = run, experiment

    def open(self, config: PipelineConfig, protocol: str) -> None:
        """Create the parent run with all parameters; errors are the caller's."""
        self._experiment = experiment_id(self.run.client, config.tracking)
        end_abandoned(self.run.client, self._experiment)
        tags = {"benchmark": protocol, "mlflow.source.git.commit": git_commit()}
        self.run.create(self._experiment, f"benchmark {protocol}", tags)
        self.run.log_parameters(flatten_config(config))

    @contextmanager
    def child(self, name: str, tags: Mapping[str, str]) -> Iterator[TrackedRun]:
        """Open a run below the parent; it ends FINISHED, or FAILED when the block raises.

        Parameters
        ----------
        name : str
            As the MLflow pages show it.
        tags : mapping
            Which detector, seed and fold.
        """
        child = TrackedRun(self.run.client)
        named = {**tags, PARENT: self.run.run_id}
        child.attempt(lambda: child.create(self._experiment, name, named))
        if child.client is None:
            self.run.client = None  # the store is gone: warn once, not for every child
        with ending(child):
            yield child


@contextmanager
def start_benchmark(config: PipelineConfig, protocol: str) -> Iterator[BenchmarkLog]:
    """Open the parent run of a protocol with all parameters; it ends as the block does."""
    run = connect(config.tracking)
    log = BenchmarkLog(run)
    run.attempt(lambda: log.open(config, protocol))
    with ending(run):
        yield log


def flatten_metrics(prefix: str, metrics: Mapping[str, Any]) -> dict[str, float]:
    """Name every number of nested metrics with its path, as MLflow's metrics are named."""
    flat: dict[str, float] = {}
    for key, value in metrics.items():
        name = f"{prefix}_{key}" if prefix else str(key)
        if isinstance(value, Mapping):
            flat |= flatten_metrics(name, value)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            flat[name] = float(value)
    return flat
