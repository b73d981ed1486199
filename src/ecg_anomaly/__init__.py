"""Find abnormal heartbeats in ECG recordings with LSTM networks.

Importing the package imports nothing heavy: each room is imported by the script that needs it,
so that scoring a recording never pays for TensorFlow or MLflow. Not a medical device.
"""

__version__ = "0.1.0"
