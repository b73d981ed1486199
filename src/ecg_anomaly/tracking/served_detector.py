"""The detector as MLflow serves it: a segment of a recording in, decisions out; or addresses in.

MLflow runs this file when it loads the model, so it holds the wrapper and nothing else.
"""

from pathlib import Path
from typing import Any

import mlflow.pyfunc
import numpy as np
import pandas as pd
from mlflow.models import set_model

from ecg_anomaly.archive.recording_row import rows_frame
from ecg_anomaly.archive.recording_scoring import score_uri
from ecg_anomaly.archive.scoring_process import load_chosen
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.records.record import Record

#: The column of addresses; without it the columns are leads.
URI = "uri"


class ServedDetector(mlflow.pyfunc.PythonModel):
    """Decides for each beat of a recording whether it is anomalous, or scores whole recordings."""

    def load_context(self, context: Any) -> None:
        """Load the detector folder."""
        self.chosen = load_chosen(Path(context.artifacts["detector"]))

    def predict(
        self,
        context: Any,  # noqa: ARG002 (MLflow calls with it)
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Score a recording that is sent, or recordings whose addresses are.

        Parameters
        ----------
        context : object
            Not used.
        model_input : DataFrame
            One column per lead, named like the lead, amplitudes in mV, one row per sample. Or one
            row per recording with its address as ``uri``: a path or what fsspec knows.
        params : dict, optional
            ``fs``, the sampling rate in Hz, of samples.

        Returns
        -------
        DataFrame
            Of samples, one row per beat: ``sample``, ``time_s``, ``score``, ``anomalous``,
            ``readable``, ``quality``, ``clipped``, ``rr_s``, ``reason``, ``class``,
            ``class_probability``, ``lead``. Of addresses, one row per recording in their order: the
            columns of `ecg_anomaly.archive.archive_schema.RECORDINGS`, findings as JSON.
        """
        if URI in model_input.columns:
            return rows_frame([score_uri(str(uri), self.chosen) for uri in model_input[URI]])
        detector = self.chosen.detector
        record = Record(
            name="request",
            subject="request",
            signal=model_input.to_numpy(np.float32),
            fs=float((params or {})["fs"]),
            leads=tuple(str(name) for name in model_input.columns),
            segment_length=detector.segment_length,
        )
        return score_recording(detector, record).to_frame()


set_model(ServedDetector())
