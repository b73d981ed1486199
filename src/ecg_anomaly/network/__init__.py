"""LSTM networks in Keras, their training, their export to ONNX, and the scores they give."""

import os

# Before Keras is imported: TensorFlow otherwise prints notes on processors and drivers. Errors are
# still printed.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

# TensorFlow splits sums by the number of threads, so weights would depend on the number of cores.
# One thread trains networks of this size as fast as two.
for variable in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(variable, "1")
