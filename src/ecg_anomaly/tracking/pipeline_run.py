"""One MLflow run, to which nothing that goes wrong is fatal."""

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


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
        rest = {f"epoch/{k}": v for k, v in figures.items() if k != "epoch"}
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
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        self.client.log_batch(
            self.run_id, metrics=[Metric(k, float(v), now, step) for k, v in figures.items()]
        )


def say_not_logged(error: object) -> None:
    """Say in one line that MLflow does not have the numbers, and where they are."""
    reason = " ".join(str(error).split())[:200]
    print(
        f"warning: not logged to MLflow ({type(error).__name__}: {reason}); "
        "the results in data/ are complete, check tracking.uri",
        file=sys.stderr,
    )
