"""Detected beats of given windows, for tests."""

import numpy as np

from ecg_anomaly.beats.detected_beats import DetectedBeats


def noisy_beats(n: int = 60, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 96, 2)).astype(np.float32)


def make_detected(time_s, waveform, unreadable) -> DetectedBeats:
    n, clean = len(time_s), np.where(unreadable == "", 1, 0).astype(np.float32)
    whole, sample = np.zeros(n, bool), np.rint(time_s * 360).astype(np.int64)
    trusted = (unreadable == "")[:, None].repeat(waveform.shape[2], axis=1)
    first, present = np.zeros(n, np.int64), waveform.any(axis=1)
    return DetectedBeats(
        sample, time_s, waveform, present, trusted, first, unreadable, np.zeros(n), clean, whole,
        whole,
    )  # fmt: skip
