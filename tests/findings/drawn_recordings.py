"""Drawn recordings of beats that become fibrillation."""

import numpy as np

from ecg_anomaly.records.record import Record

FS = 250.0


def draw(beats_s, start_s: float, end_s: float, fs: float = FS, n_leads: int = 1) -> Record:
    """Beats, and fibrillation from `start_s` on until 10 s before `end_s`."""
    at = np.arange(0, end_s, 1 / fs)
    line = np.random.default_rng(0).normal(0, 0.005, len(at))
    for second in beats_s:
        line += np.exp(-0.5 * ((at - second) / 0.012) ** 2)
    swing = 0.5 * np.sin(2 * np.pi * (4.7 * at + 0.1 * np.sin(2.5 * at)))
    line += np.where((at >= start_s) & (at < end_s - 10), swing, 0)
    return Record(
        "r", "r", np.stack([line] * n_leads, axis=1).astype(np.float32), fs, ("II", "V1")[:n_leads]
    )
