"""Windows of drawn signal: fibrillation, and beats."""

import numpy as np

from ecg_anomaly.findings.swing_measures import WINDOW_S

FS = 62.5
N = round(WINDOW_S * FS)
AT = np.arange(N) / FS


def fibrillate(hz: float = 4.5, mv: float = 0.5, fs: float = FS) -> np.ndarray:
    """A swinging line whose rate and height change slowly."""
    at = np.arange(round(WINDOW_S * fs)) / fs
    phase = 2 * np.pi * (hz * at + 0.15 * np.sin(2 * np.pi * 0.4 * at))
    return (mv * (1 + 0.2 * np.sin(2 * np.pi * 0.3 * at)) * np.sin(phase)).astype(np.float32)


def beat(rate_bpm: float = 75.0, width_s: float = 0.02) -> np.ndarray:
    """QRS complexes with T waves, and a little noise."""
    line = np.random.default_rng(0).normal(0, 0.005, N)
    for peak in np.arange(0.2, WINDOW_S, 60 / rate_bpm):
        line += np.exp(-0.5 * ((AT - peak) / width_s) ** 2)
        line += 0.25 * np.exp(-0.5 * ((AT - peak - 0.28) / 0.05) ** 2)
    return line.astype(np.float32)
