"""Find abnormal heartbeats in ECG recordings with LSTM networks. Not a medical device.

Scoring a recording takes three functions, which are imported when they are first used, so that
``import ecg_anomaly`` itself takes no time:

>>> from ecg_anomaly import load_detector, open_record, score
>>> detector = load_detector()
>>> decisions = score(detector, open_record("records/s01"))
>>> list(decisions.to_frame())[:5]
['sample', 'time_s', 'score', 'anomalous', 'readable']

`load_detector` loads the detector that comes with the package, or a folder written by the stage
`package`, `open_record` opens a recording in any format that is read, and `score` decides on each
of its beats.
"""

import os
import sys
from importlib import import_module
from typing import Any

__version__ = "0.1.0"

#: Said wherever the results of a detector are shown.
NOT_A_DEVICE = "Not a medical device: nothing here may be used to diagnose or treat anybody."

#: Module and name behind each function of the package.
_FUNCTIONS = {
    "load_detector": ("ecg_anomaly.detector.package", "load_detector"),
    "open_record": ("ecg_anomaly.records.opening", "open_record"),
    "score": ("ecg_anomaly.detector.engine", "score_recording"),
}

__all__ = ["NOT_A_DEVICE", "__version__", *_FUNCTIONS]

# Libraries that would report their use over the network, switched off before any of them is
# imported, in every process: ONNX Runtime, MLflow, and what follows https://consoledonottrack.com.
for _variable, _value in (
    ("ORT_DISABLE_TELEMETRY", "1"),
    ("MLFLOW_DISABLE_TELEMETRY", "true"),
    ("DO_NOT_TRACK", "true"),
):
    os.environ.setdefault(_variable, _value)

# A stage script of this project looks for the DVC process above it before it imports what takes
# seconds: DVC may be killed meanwhile, and the stage would run on.
_folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
if "DVC_STAGE" in os.environ and sys.path[:1] == [_folder]:
    import_module("ecg_anomaly.files.parent_process").end_with_pipeline()


def __getattr__(name: str) -> Any:
    if name not in _FUNCTIONS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, function = _FUNCTIONS[name]
    return getattr(import_module(module), function)


def __dir__() -> list[str]:
    return sorted({*globals(), *_FUNCTIONS})
