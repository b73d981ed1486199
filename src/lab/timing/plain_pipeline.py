"""Score a record with well-known packages and nothing else: wfdb, its XQRS, Keras `predict`.

    python -m lab.timing.plain_pipeline RECORD TRAINING

Prints the number of beats and the seconds of reading, of R peak detection and of the network. It
computes no filters and no features and writes no files, so it does less than `ecg-anomaly score`.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from ecg_anomaly.network.onnx.onnx_network import Arrays
from lab.trained_keras import load_trained_keras


def main(record: str, training: str) -> None:
    """Measure the three steps on one record.

    Parameters
    ----------
    record : str
        A WFDB record, without the ending of its files.
    training : str
        Folder of stage `train`; its network scores beats of noise.
    """
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
