"""A detector of the MLflow registry as a folder on this disk."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ecg_anomaly.config.pipeline_schema import TrackingConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking.store import check_reachable, tracking_uri

#: A file that every detector folder holds.
MARK = "sha256.json"


@contextmanager
def bring_detector(name: str) -> Iterator[Path]:
    """Yield the detector folder of a registered model; it is removed afterwards.

    Parameters
    ----------
    name : str
        ``models:/NAME@ALIAS`` or ``models:/NAME/VERSION``, in the store that
        ``$MLFLOW_TRACKING_URI`` names, or the project's own.

    Raises
    ------
    UserError
        When the store cannot be reached, or has no such model with a detector in it.
    """
    uri = tracking_uri(TrackingConfig())
    way_out = "check the name, and $MLFLOW_TRACKING_URI or the working folder"
    if uri.startswith("sqlite:///") and not Path(uri.removeprefix("sqlite:///")).is_file():
        raise UserError(name, f"no MLflow store {uri}", way_out)
    with tempfile.TemporaryDirectory() as temporary:
        try:
            check_reachable(uri)
            folder = _download(uri, name, temporary)
        except (OSError, sqlite3.Error) as error:
            raise UserError(name, f"the store {uri} does not answer ({error})", way_out) from error
        if folder is None:
            raise UserError(name, f"no such registered detector in {uri}", way_out)
        yield folder


def _download(uri: str, name: str, target: str) -> Path | None:
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    import mlflow
    from mlflow.exceptions import MlflowException

    mlflow.set_tracking_uri(uri)
    try:
        root = Path(mlflow.artifacts.download_artifacts(artifact_uri=name, dst_path=target))
    except MlflowException:
        return None
    return next((path.parent for path in sorted(root.rglob(MARK))), None)
