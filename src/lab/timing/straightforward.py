"""The same in the way that comes to mind first: wfdb, XQRS, Keras.

    python -m lab.timing.straightforward RECORD TRAINING

Prints how many beats it found and the seconds of reading, of finding R peaks and of the network.
Filters, history and features, which it leaves out, would come on top, and so would everything that
is written.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from ecg_anomaly.network.onnx.onnx_network import Arrays
from lab.trained_keras import load_trained_keras


def main(record: str, training: str) -> None:
    """Measure the three steps on one record."""
    import wfdb
    from wfdb.processing import xqrs_detect

    keras = load_trained_keras(Path(training))
    marks = [time.perf_counter()]
    read = wfdb.rdrecord(record)
    marks.append(time.perf_counter())
    peaks = xqrs_detect(read.p_signal[:, 0], read.fs, verbose=False)
    marks.append(time.perf_counter())
    arrays: Arrays = keras.make_beats(len(peaks))
    keras.model.predict(arrays, verbose=0)
    marks.append(time.perf_counter())
    print(json.dumps([len(peaks), *np.diff(marks).tolist()]))


if __name__ == "__main__":
    main(*sys.argv[1:])
