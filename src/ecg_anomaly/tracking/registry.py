"""Log the packaged detector, register it, and give it its alias."""

import contextlib
import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from ecg_anomaly.beats.lead_choice import choose_leads
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.records.record import Record
from ecg_anomaly.tracking.pipeline_run import PipelineRun

#: What a server needs to run the detector: neither TensorFlow nor DVC.
REQUIREMENTS = ["mlflow", "numpy", "scipy", "pandas", "scikit-learn", "onnxruntime"]


def log_detector(
    run: PipelineRun,
    folder: Path,
    example: Record,
    decisions: pd.DataFrame,
    config: PipelineConfig,
) -> None:
    """Log a detector folder as a pyfunc model and register it under the configured alias.

    Parameters
    ----------
    run : PipelineRun
        The run it belongs to.
    folder : Path
        The packaged detector.
    example : Record
        A stretch of recording.
    decisions : DataFrame
        What the detector says of it.
    config : PipelineConfig
        Gives the registered name and the alias.
    """
    run.attempt(lambda: _log(run, folder, example, decisions, config))


def _log(
    run: PipelineRun,
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
            signature=_signature(signal, decisions, params, config),
            input_example=(signal, params),
            pip_requirements=REQUIREMENTS,
        )
    name = config.tracking.registered_model
    version = mlflow.register_model(logged.model_uri, name)
    run.client.set_registered_model_alias(name, config.tracking.alias, version.version)


def _signature(
    signal: pd.DataFrame,
    decisions: pd.DataFrame,
    params: dict[str, float],
    config: PipelineConfig,
) -> Any:
    """Only the lead that finds the beats must be there: the detector reads beats without others."""
    from mlflow.models import infer_signature
    from mlflow.types.schema import ColSpec, Schema

    signature = infer_signature(signal, decisions, params=params)
    needed = max(0, choose_leads(tuple(signal.columns), config.dataset.leads)[0])
    signature.inputs = Schema(
        [
            ColSpec(spec.type, spec.name, required=place == needed)
            for place, spec in enumerate(signature.inputs.inputs)
        ]
    )
    return signature


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep MLflow's own progress bars and hints off the terminal."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        yield
