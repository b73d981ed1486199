"""Beats that are a hump of a given height, for tests of what beats are compared with."""

import numpy as np

from default_config import preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.detected_beats import DetectedBeats

WINDOW = BeatWindow.from_config(preprocess_config())


def beats_at(time_s: np.ndarray, level: np.ndarray | float = 1.0) -> DetectedBeats:
    """Beats of one lead, a hump of the given height, with a little noise."""
    n = len(time_s)
    hump = np.exp(-0.5 * (WINDOW.time_s / 0.03) ** 2)
    noise = np.random.default_rng(0).normal(0, 0.01, (n, WINDOW.n_samples))
    waveform = np.broadcast_to(level, n)[:, None] * hump + noise
    return DetectedBeats(
        sample=(time_s * 360).astype(np.int64),
        time_s=time_s,
        waveform=waveform[:, :, None].astype(np.float32),
        trusted=np.ones((n, 1), bool),
        present=np.ones((n, 1), bool),
        choice=np.zeros(n, np.int64),
        unreadable=np.full(n, "", "<U8"),
        lost_s=np.zeros(n),
        quality=np.ones(n, np.float32),
        clipped=np.zeros(n, bool),
        bridged=np.zeros(n, bool),
    )
