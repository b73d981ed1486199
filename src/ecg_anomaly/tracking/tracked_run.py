"""One MLflow run: created, logged to and ended; a failure of MLflow costs one warning."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ecg_anomaly.config.pipeline_schema import PipelineConfig, TrackingConfig
from ecg_anomaly.tracking.store import PROCESS, check_reachable, tracking_uri

#: MLflow refuses longer values, and more parameters in one call.
MOST_CHARACTERS, MOST_PARAMETERS = 6000, 100


class TrackedRun:
    """One MLflow run; a failure of MLflow becomes one warning, and nothing more is logged.

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
        """Do something with MLflow; when it fails, warn once and log nothing more."""
        if self.client is None:
            return
        try:
            work()
        except Exception as error:  # whatever MLflow raises, the numbers on disk are safe
            say_not_logged(error)
            self.client = None

    def create(self, experiment: str, name: str, tags: Mapping[str, str]) -> None:
        """Create the run; errors are the caller's.

        Parameters
        ----------
        experiment : str
            From `experiment_id`.
        name : str
            As the MLflow pages show it.
        tags : mapping
            The number of this process is added.
        """
        marked = {**tags, PROCESS: str(os.getpid())}
        created = self.client.create_run(experiment, tags=marked, run_name=name)
        self.run_id = created.info.run_id

    def log_parameters(self, parameters: Mapping[str, str]) -> None:
        """Log parameters; errors are the caller's."""
        from mlflow.entities import Param

        entities = [Param(key, value) for key, value in parameters.items()]
        for start in range(0, len(entities), MOST_PARAMETERS):
            self.client.log_batch(self.run_id, params=entities[start : start + MOST_PARAMETERS])

    def log_epoch(self, metrics: Mapping[str, float]) -> None:
        """Log one epoch's metrics in one call; a call for each would cost 10 ms."""
        step = int(metrics["epoch"])
        rest = {f"epoch/{k}": v for k, v in metrics.items() if k != "epoch"}
        self.attempt(lambda: self._log_batch(rest, step))

    def log_metrics(self, metrics: Mapping[str, float]) -> None:
        """Log final metrics."""
        self.attempt(lambda: self._log_batch(metrics, 0))

    def log_files(self, folder: Path, pattern: str, target: str) -> None:
        """Copy files of a folder to the run's artifacts."""
        for path in sorted(folder.glob(pattern)):
            self.attempt(
                lambda path=path: self.client.log_artifact(self.run_id, str(path), target)  # type: ignore[misc]
            )

    def log_table(self, name: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Log rows as a table that MLflow's pages show; nothing where there are none.

        Parameters
        ----------
        name : str
            Path among the artifacts, ``.json``.
        rows : sequence of mapping
            With the same keys each.
        """
        if rows:
            columns = {key: [row[key] for row in rows] for key in rows[0]}
            self.attempt(lambda: self.client.log_table(self.run_id, columns, name))

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

    def _log_batch(self, metrics: Mapping[str, float], step: int) -> None:
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        self.client.log_batch(
            self.run_id, metrics=[Metric(k, float(v), now, step) for k, v in metrics.items()]
        )


def connect(config: TrackingConfig) -> TrackedRun:
    """Connect to the configured store; a store that is away, or none, logs nothing."""
    run = TrackedRun(None)
    if not config.enabled:
        return run
    uri = tracking_uri(config.uri)
    try:
        check_reachable(uri)
        import mlflow

        mlflow.set_tracking_uri(uri)
        mlflow.set_registry_uri(uri)
        run.client = mlflow.MlflowClient()
    except Exception as error:  # the results do not need MLflow
        say_not_logged(error)
    return run


@contextmanager
def ending(run: TrackedRun) -> Iterator[None]:
    """End a run with the block: FINISHED, or FAILED when it raises."""
    try:
        yield
    except BaseException:
        run.attempt(lambda: run.client.set_terminated(run.run_id, "FAILED"))
        raise
    run.attempt(lambda: run.client.set_terminated(run.run_id, "FINISHED"))


def flatten_config(config: PipelineConfig) -> dict[str, str]:
    """Return every configuration key that can change a result, dotted, with its value as text."""
    return {key: str(value)[:MOST_CHARACTERS] for key, value in _leaves("", method_of(config))}


def method_of(config: PipelineConfig) -> dict[str, Any]:
    """Return the configuration without the group that changes no result."""
    groups = asdict(config)
    groups.pop("tracking")
    return groups


def say_not_logged(error: object) -> None:
    """Warn in one line that MLflow does not have the results, and where they are."""
    reason = " ".join(str(error).split())[:200]
    print(
        f"warning: not logged to MLflow ({type(error).__name__}: {reason}); "
        "the results in data/ are complete, check tracking.uri",
        file=sys.stderr,
    )


def _leaves(prefix: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _leaves(f"{prefix}.{key}" if prefix else key, inner)
    else:
        yield prefix, value
