"""Drawn beats of a bundle branch block that comes and goes, and ventricular ones."""

import numpy as np

from default_config import preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.detected_beats import DetectedBeats

WINDOW = BeatWindow.from_config(preprocess_config())

#: Centre in s, width in s, height in mV of the waves of each kind of beat.
P_WAVE, T_WAVE = (-0.17, 0.022, 0.15), (0.27, 0.05, 0.3)
NARROW = [(-0.025, 0.008, -0.1), (0.0, 0.011, 1.0), (0.025, 0.009, -0.2)]
WIDE = [(0.0, 0.02, 0.8), (0.05, 0.022, -0.7)]
KINDS = {
    "N": [P_WAVE, *NARROW, T_WAVE],
    "R": [P_WAVE, *WIDE, (0.27, 0.05, -0.3)],
    "V": [*WIDE, (0.27, 0.05, -0.3)],
}

RR_S = 0.8


def draw_beats(kinds: str, rr_s: np.ndarray | None = None, noise: float = 0.01) -> DetectedBeats:
    """Draw a beat of each kind ("N", "R" with block, "V"), with the intervals before them."""
    rng, n = np.random.default_rng(1), len(kinds)
    shapes = {
        kind: sum(h * np.exp(-0.5 * ((WINDOW.time_s - c) / w) ** 2) for c, w, h in waves)
        for kind, waves in KINDS.items()
    }
    one = np.stack([shapes[kind] for kind in kinds])
    waveform = np.stack([one, -0.6 * one], axis=2) + rng.normal(0, noise, (n, 96, 2))
    even_s = np.full(n, RR_S) if rr_s is None else rr_s
    time_s = np.cumsum(even_s + rng.normal(0, 0.008, n))
    every, good = np.ones((n, 2), bool), np.ones(n, np.float32)
    return DetectedBeats(
        sample=np.rint(360 * time_s).astype(np.int64),
        time_s=time_s,
        waveform=waveform.astype(np.float32),
        present=every,
        trusted=every,
        choice=np.zeros(n, np.int64),
        unreadable=np.full(n, ""),
        lost_s=np.zeros(n),
        quality=good,
        clipped=~every[:, 0],
        bridged=~every[:, 0],
    )


def early_before_pause(kinds: str, early: float = 0.6) -> np.ndarray:
    """Intervals in s: each V comes early, and a pause that makes up for it follows."""
    is_v = np.array(list(kinds)) == "V"
    rr_s = np.where(is_v, early * RR_S, RR_S)
    after = np.append(False, is_v[:-1]) & ~is_v
    return np.where(after, (2 - early) * RR_S, rr_s)
