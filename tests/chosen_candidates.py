"""Candidates between regular beats, and which of them are chosen as beats."""

import numpy as np

from ecg_anomaly.beats.r_peaks.beat_choice import choose_beats
from ecg_anomaly.beats.r_peaks.candidates import Candidates

RATE = 100.0


def chosen(time_s, height=1.0, noise=0.05) -> list[float]:
    """Times of the candidates that are beats, after ten regular ones and before ten more."""
    time_s = np.asarray(time_s, dtype=float)
    before, after = -8.0 + 0.8 * np.arange(10), time_s[-1] + 0.8 * np.arange(1, 11)
    times = np.concatenate([before, time_s, after])
    heights = np.ones(len(times))
    heights[10:-10] = height
    sample = np.rint((times + 10) * RATE).astype(np.int64)
    noises = np.full(len(times), noise)
    found = choose_beats(Candidates(sample, heights, noises, sample), RATE).found
    assert found[:10].all()
    assert found[-9:].all()
    return time_s[found[10:-10]].tolist()
