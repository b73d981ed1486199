"""Find abnormal heartbeats in ECG recordings with LSTM networks.

Importing the package imports nothing heavy: each room is imported by the script that needs it,
so that scoring a recording never pays for TensorFlow or MLflow. Not a medical device.
"""

import os as _os

__version__ = "0.1.0"

# Libraries that would report their use over the network, switched off before any of them is
# imported, in every process: ONNX Runtime, MLflow, and what follows https://consoledonottrack.com.
for _variable, _value in (
    ("ORT_DISABLE_TELEMETRY", "1"),
    ("MLFLOW_DISABLE_TELEMETRY", "true"),
    ("DO_NOT_TRACK", "true"),
):
    _os.environ.setdefault(_variable, _value)
