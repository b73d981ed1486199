"""The detector as MLflow serves it: a segment of a recording in, decisions out.

MLflow runs this file when it loads the model, so it holds the wrapper and nothing else.
"""

from typing import Any

import mlflow.pyfunc
import numpy as np
import pandas as pd
from mlflow.models import set_model

from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.package import load_detector
from ecg_anomaly.records.record import Record


class ServedDetector(mlflow.pyfunc.PythonModel):
    """Decides for each beat of a recording whether it is anomalous."""

    def load_context(self, context: Any) -> None:
        """Load the detector folder."""
        self.detector = load_detector(context.artifacts["detector"])

    def predict(
        self,
        context: Any,  # noqa: ARG002 (MLflow calls with it)
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Score a recording.

        Parameters
        ----------
        context : object
            Not used.
        model_input : DataFrame
            One column per lead, named like the lead, amplitudes in mV, one row per sample.
        params : dict, optional
            ``fs``, the sampling rate in Hz.

        Returns
        -------
        DataFrame
            One row per beat: ``sample``, ``time_s``, ``score``, ``anomalous``, ``readable``,
            ``quality``, ``clipped``, ``rr_s``, ``reason``, ``class``, ``class_probability``,
            ``lead``.
        """
        record = Record(
            name="request",
            subject="request",
            signal=model_input.to_numpy(np.float32),
            fs=float((params or {})["fs"]),
            leads=tuple(str(name) for name in model_input.columns),
            segment_length=self.detector.segment_length,
        )
        return score_recording(self.detector, record).to_frame()


set_model(ServedDetector())
