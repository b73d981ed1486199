"""Time the network alone in Keras and in ONNX Runtime, and a recording that is mostly lead off."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from ecg_anomaly.detector.chunk_workers import count_cores
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.network.onnx.onnx_network import Arrays, OnnxNetwork
from ecg_anomaly.network.trained_model import NETWORK
from ecg_anomaly.records.record import Record
from lab.trained_keras import load_trained_keras

#: Beats of the comparison, and single beats whose time is taken.
BEATS, SINGLE = 10_000, 3_000

#: Each engine scores the many beats so often in a row; the engines take so many turns.
IN_A_ROW, TURNS = 3, 3


def time_engines(training: Path) -> dict[str, float]:
    """Time ONNX Runtime, as scoring uses it, and ``predict`` with its defaults.

    Parameters
    ----------
    training : Path
        What stage `train` left; the same weights in both formats.

    Returns
    -------
    dict
        Seconds for `BEATS` of each, their ratio, and the median and 99 % quantile of one beat in
        ms, from arrays to probabilities.

    Notes
    -----
    ``predict`` takes batches of 32 and as many threads as it likes. ONNX Runtime gets one thread
    for each core, and each thread its own beats, as in `detector.engine`.
    """
    keras, onnx = load_trained_keras(training), OnnxNetwork(training / NETWORK)
    beats = keras.make_beats(BEATS)
    parts = _share_out(beats, count_cores())
    with ThreadPoolExecutor(len(parts)) as pool:
        keras_s, onnx_s = _best_in_turn(
            lambda: keras.model.predict(beats, verbose=0),
            lambda: list(pool.map(onnx.run, parts)),
        )
    one = {name: values[:1] for name, values in beats.items()}
    single = np.zeros(SINGLE)
    for k in range(SINGLE):
        start = time.perf_counter()
        onnx.run(one)
        single[k] = time.perf_counter() - start
    middle, high = 1000 * np.quantile(single[SINGLE // 10 :], [0.5, 0.99])
    return {
        "keras_s": keras_s,
        "onnx_s": onnx_s,
        "ratio": keras_s / onnx_s,
        "one_beat_ms": float(middle),
        "one_beat_p99_ms": float(high),
    }


def _share_out(beats: Arrays, n: int) -> list[Arrays]:
    """Split beats into n parts of almost equal length."""
    pieces = {name: np.array_split(values, n) for name, values in beats.items()}
    return [{name: pieces[name][k] for name in pieces} for k in range(n)]


def _best_in_turn(*works: Callable[[], object]) -> list[float]:
    """Time some functions in alternation and return the best time of each.

    A slow minute of the machine then affects all of them. In each turn a function is called
    `IN_A_ROW` times. The first turn, which traces graphs and allocates memory, does not count.
    """
    taken = np.zeros((TURNS + 1, len(works), IN_A_ROW))
    for turn, place, row in np.ndindex(*taken.shape):
        start = time.perf_counter()
        works[place]()
        taken[turn, place, row] = time.perf_counter() - start
    return [float(best) for best in taken[1:].min(axis=(0, 2))]


def lead_off_ratio(model: Path, fs: float = 360.0) -> float:
    """CPU time of half an hour of which 25 minutes are missing, over that of a whole one."""
    detector, rng, n = load_detector(model), np.random.default_rng(0), round(1800 * fs)
    spikes = (np.arange(n) % round(0.8 * fs) < round(0.03 * fs)).astype(np.float32)
    whole = (spikes[:, None] + rng.normal(0, 0.02, (n, 2))).astype(np.float32)
    off = whole.copy()
    off[round(150 * fs) : round(1650 * fs)] = np.nan
    taken = []
    for signal in (whole, off):
        record = Record("half hour", "nobody", signal, fs, ("MLII", "V1"))
        score_recording(detector, record, threads=1)
        start = time.process_time()
        for _ in range(3):
            score_recording(detector, record, threads=1)
        taken.append(time.process_time() - start)
    return taken[1] / taken[0]
