"""The noise at each next beat is that of all beats at once, to the last bit."""

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats.beat_noise import NOISE_REACH, measure_noise
from ecg_anomaly.beats.beat_quality import MEDIAN_BEATS, NoiseLimits
from ecg_anomaly.beats.next_beat_noise import measure_next, measure_past

FS, DURATION_S, LIMITS = 120.0, 70, NoiseLimits.from_config(preprocess_config())
BACK, AHEAD = (int(np.ceil(reach_s * FS)) + 1 for reach_s in NOISE_REACH)


def hostile_lead(rng):
    """A lead with a heart, noise, stretches that are flat, spikes and steps."""
    lead = rng.normal(0, rng.choice([0, 0.01, 0.3]), int(DURATION_S * FS))
    for at in range(100, len(lead) - 30, int(rng.integers(35, 150))):
        lead[at : at + 12] += rng.choice([1.0, 1.0, -2.0, 0.01]) * np.hanning(12)
    for at in rng.integers(0, len(lead), 4):
        lead[at : at + int(rng.integers(1, 1500))] = rng.choice([0, 0.5])
        lead[int(rng.integers(0, len(lead)))] = rng.choice([-5000, 5000])
    return lead.astype(np.float32)


def hostile_peaks(rng):
    """R peaks that are near, far apart, twice the same, in bursts, or none for long."""
    gaps = rng.choice([0, 1, 25, 40, 90, 100, 110, 300, 479, 480, 481, 1300], 150)
    at = 150 + np.cumsum(gaps[: rng.integers(120, 150)])
    return at[at < int(DURATION_S * FS) - AHEAD].astype(np.int64)


def concatenate(leads, peaks, beats):
    """Concatenate what one beat of each lead depends on; place all R peaks in it, and the beat."""
    parts, at, own, n = [], [], [], 0
    for lead, all_peaks, k in zip(leads, peaks, beats, strict=True):
        start, stop = all_peaks[k] - BACK, all_peaks[k] + AHEAD
        near = np.flatnonzero((all_peaks >= start) & (all_peaks < stop))
        own.append(len(at) + int(np.searchsorted(near, k)))
        at += (all_peaks[near] - start + n).tolist()
        parts.append(lead[start:stop])
        n += stop - start
    return np.concatenate(parts), np.array(at), np.array(own)


@np.errstate(over="ignore")  # noise where the QRS complexes are flat
@pytest.mark.parametrize("n_leads", [1, 2, 8])
@pytest.mark.parametrize("seed", range(6))
def test_each_next_beat_is_measured_as_all_at_once(n_leads, seed):
    rng = np.random.default_rng(seed)
    leads = [hostile_lead(rng) for _ in range(n_leads)]
    peaks = [hostile_peaks(rng) for _ in leads]
    whole = [
        measure_noise(lead, np.zeros(len(lead), bool), 0, at, FS)
        for lead, at in zip(leads, peaks, strict=True)
    ]
    reasons, quality = zip(*[noise.name_and_rate(LIMITS) for noise in whole], strict=True)
    first = np.array([np.searchsorted(at, BACK) for at in peaks])
    past, n = None, int(min(np.array([len(at) for at in peaks]) - first))
    for beats in first + np.arange(n)[:, None]:
        lead, at, own = concatenate(leads, peaks, beats)
        if past is None or rng.random() < 0.1:  # as after a restart
            past = measure_past(lead, at, own, FS)
        found, past = measure_next(lead, at, own, past, FS)
        for name in ("roughness", "unrest", "likeness"):
            expected = [getattr(noise, name)[k] for noise, k in zip(whole, beats, strict=True)]
            newest = getattr(found, name)[MEDIAN_BEATS - 1 :: MEDIAN_BEATS]
            np.testing.assert_array_equal(newest, expected, err_msg=name)
        names, rates = found.name_and_rate(LIMITS)
        assert names[MEDIAN_BEATS - 1 :: MEDIAN_BEATS].tolist() == [
            r[k] for r, k in zip(reasons, beats, strict=True)
        ]
        assert rates[MEDIAN_BEATS - 1 :: MEDIAN_BEATS].tolist() == [
            q[k] for q, k in zip(quality, beats, strict=True)
        ]
    assert n > 5
