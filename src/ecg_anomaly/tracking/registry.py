"""Detectors in MLflow's model registry: log, register and alias one, or fetch one."""

import os
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path
from typing import Any

import pandas as pd

from ecg_anomaly.config.pipeline_schema import PipelineConfig, TrackingConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.temporary import remove_abandoned, temporary_beside
from ecg_anomaly.records.record import Record
from ecg_anomaly.tracking.store import check_reachable, tracking_uri
from ecg_anomaly.tracking.tracked_run import TrackedRun
from ecg_anomaly.tracking.version_pages import describe_version, show_in_use

#: What a server needs to run the detector: neither TensorFlow nor DVC.
REQUIREMENTS = [
    "mlflow", "numpy", "scipy", "pandas", "scikit-learn", "onnxruntime", "pyarrow", "fsspec",
    "wfdb", "edfio", "jinja2", "threadpoolctl", "psutil",
]  # fmt: skip

#: The column of a table of recordings that says where each is.
URI = "uri"


#: A file that every detector folder holds.
MARK = "sha256.json"


def log_detector(
    run: TrackedRun,
    folder: Path,
    example: Record,
    decisions: pd.DataFrame,
    config: PipelineConfig,
) -> None:
    """Log a detector folder as a pyfunc model and register it, with its card, as challenger.

    The first one ever becomes champion; later ones do by `promotions` alone.


    Parameters
    ----------
    run : TrackedRun
        The run it belongs to.
    folder : Path
        The packaged detector.
    example : Record
        A segment of a recording.
    decisions : DataFrame
        What the detector says of it.
    config : PipelineConfig
        Gives the registered name and the aliases.
    """
    run.attempt(lambda: _log(run, folder, example, decisions, config))


@contextmanager
def fetch_detector(name: str, store: str | None = None) -> Iterator[Path]:
    """Yield the detector folder of a registered model; it is removed afterwards.

    What a process that was killed had brought is removed by the next one of the same user.

    Parameters
    ----------
    name : str
        ``models:/NAME@ALIAS`` or ``models:/NAME/VERSION``, in the store that
        ``$MLFLOW_TRACKING_URI`` names, or the project's own.
    store : str, optional
        The store, when it is another one.

    Raises
    ------
    UserError
        When the store cannot be reached, or has no such model with a detector in it.
    """
    uri = tracking_uri(store)
    way_out = "check the name, and $MLFLOW_TRACKING_URI or the working folder"
    if uri.startswith("sqlite:///") and not Path(uri.removeprefix("sqlite:///")).is_file():
        raise UserError(name, f"no MLflow store {uri}", way_out)
    remove_abandoned([_folder_name()])
    with temporary_beside(_folder_name(), folder=True) as temporary:
        try:
            check_reachable(uri)
            folder = _download(uri, name, str(temporary))
        except (OSError, sqlite3.Error) as error:
            raise UserError(name, f"the store {uri} does not answer ({error})", way_out) from error
        if folder is None:
            raise UserError(name, f"no such registered detector in {uri}", way_out)
        yield folder


def _folder_name() -> Path:
    """Return what detectors are brought beside, in the system's temporary folder: one per user."""
    user = os.getuid() if hasattr(os, "getuid") else "any"
    return Path(tempfile.gettempdir()) / f"ecg-anomaly-detector-{user}"


def _log(
    run: TrackedRun,
    folder: Path,
    example: Record,
    decisions: pd.DataFrame,
    config: PipelineConfig,
) -> None:
    import mlflow

    signal = pd.DataFrame(example.signal.astype(float), columns=list(example.leads))
    params = {"fs": float(example.fs)}
    package = Path(__file__).resolve().parents[1]
    with warnings.catch_warnings(), _silence(), mlflow.start_run(run_id=run.run_id):
        warnings.simplefilter("ignore")
        logged = mlflow.pyfunc.log_model(
            name="detector",
            python_model=str(package / "tracking" / "served_detector.py"),
            artifacts={"detector": str(folder)},
            code_paths=[str(package)],
            signature=_signature(signal, decisions, params),
            input_example=(signal, params),
            pip_requirements=REQUIREMENTS,
        )
    name = config.tracking.registered_model
    version = mlflow.register_model(logged.model_uri, name)
    describe_version(run.client, name, version.version, folder)
    give_alias(run.client, config.tracking, version.version)


def give_alias(client: Any, config: TrackingConfig, version: str) -> None:
    """Make a new version the challenger; the first one ever is champion, nothing being in use.

    Parameters
    ----------
    client : mlflow.MlflowClient
    config : TrackingConfig
        Names the model and its two aliases.
    version : str
        Its number.
    """
    name = config.registered_model
    if int(version) > 1:
        client.set_registered_model_alias(name, config.challenger, version)
        return
    client.set_registered_model_alias(name, config.alias, version)
    show_in_use(client, name, version)


def _signature(signal: pd.DataFrame, decisions: pd.DataFrame, params: dict[str, float]) -> Any:
    """Say that a recording comes as leads, any of them, or as the address of a stored one."""
    from mlflow.models import infer_signature
    from mlflow.types.schema import ColSpec, DataType, Schema

    signature = infer_signature(signal, decisions, params=params)
    leads = [ColSpec(s.type, s.name, required=False) for s in signature.inputs.inputs]
    signature.inputs = Schema([*leads, ColSpec(DataType.string, URI, required=False)])
    return signature


@contextmanager
def _silence() -> Iterator[None]:
    """Keep MLflow's own progress bars and hints off the terminal."""
    with open(os.devnull, "w") as nowhere, redirect_stderr(nowhere):
        yield


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
