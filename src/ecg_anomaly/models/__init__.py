"""The LSTM networks, in Keras alone: no call that only TensorFlow knows."""

import os

# TensorFlow greets with a page of notes on processors and drivers; errors still get through.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
