import time

import numpy as np
import pytest

from ecg_anomaly.beats.signal_quality import measure_quality
from ecg_anomaly.records.record import Record

FS = 250.0


def clean_lead(seconds, fs=FS, seed=1):
    """A QRS-like bump every 0.8 s over a little T wave, and 5 µV of recorder noise."""
    time_s = np.arange(round(seconds * fs)) / fs
    phase = np.mod(time_s, 0.8)
    beat = np.exp(-(((phase - 0.3) / 0.015) ** 2)) + 0.2 * np.exp(-(((phase - 0.55) / 0.05) ** 2))
    noise = np.random.default_rng([seed]).normal(0, 0.005, len(time_s))
    return (beat + noise).astype(np.float32)


def as_record(*leads, fs=FS, segment_length=None):
    names = tuple(f"lead{i}" for i in range(len(leads)))
    signal = np.stack(leads, axis=1).astype(np.float32)
    return Record("r", "s", signal, fs, names, segment_length=segment_length)


def test_a_clean_lead_has_no_flaw():
    quality = measure_quality(as_record(clean_lead(40)))
    for share in (quality.missing, quality.flat, quality.clipped):
        assert share.shape == (4, 1)
        assert not share.any()
    assert (quality.noise_mv < 0.01).all()
    assert (quality.wander_mv < 0.05).all()
    np.testing.assert_allclose(quality.start_s, [0, 10, 20, 30])


def test_missing_share_counts_nan_and_infinite_samples_of_their_window_only():
    lead = clean_lead(30)
    lead[2500:3000], lead[3000:3125] = np.nan, np.inf
    quality = measure_quality(as_record(lead, clean_lead(30)))
    np.testing.assert_allclose(quality.missing, [[0, 0], [0.25, 0], [0, 0]])
    assert np.isfinite(quality.noise_mv).all()
    assert (quality.noise_mv < 0.01).all()


def test_the_last_window_counts_only_the_samples_it_has():
    lead = clean_lead(12)
    lead[2500:] = np.nan
    np.testing.assert_allclose(measure_quality(as_record(lead)).missing[:, 0], [0, 1])


def test_a_lead_that_came_off_is_flat_and_not_clipped():
    lead = clean_lead(30)
    lead[2500:5000] = 0.1
    quality = measure_quality(as_record(lead))
    np.testing.assert_allclose(quality.flat[:, 0], [0, 1, 0])
    assert not quality.clipped.any()


def test_a_flat_record_is_flat_and_neither_clipped_nor_noisy():
    quality = measure_quality(as_record(np.zeros(5000)))
    assert (quality.flat == 1).all()
    assert not quality.clipped.any()
    np.testing.assert_allclose(quality.noise_mv, 0, atol=1e-7)
    np.testing.assert_allclose(quality.wander_mv, 0, atol=1e-7)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_plateau_at_an_extreme_is_clipped_and_a_single_peak_is_not(sign):
    lead = clean_lead(20)
    lead[3000] = 4.0
    assert not measure_quality(as_record(sign * lead)).clipped.any()
    lead[3000:3025] = 4.0
    clipped = measure_quality(as_record(sign * lead)).clipped[:, 0]
    np.testing.assert_allclose(clipped, [0, 0.01], rtol=1e-5)


def test_noise_level_recovers_the_added_muscle_noise_despite_the_qrs():
    sigma = 0.1
    rng = np.random.default_rng([7])
    noisy = clean_lead(60) + rng.normal(0, sigma, 15000)
    level = measure_quality(as_record(noisy)).noise_mv
    # White noise up to 125 Hz keeps about sqrt(85 / 125) of its size above 40 Hz.
    np.testing.assert_allclose(level, sigma * np.sqrt(85 / 125), rtol=0.15)


def test_wander_level_is_the_rms_of_a_slow_sine():
    time_s = np.arange(15000) / FS
    lead = clean_lead(60) + 0.5 * np.sin(2 * np.pi * 0.2 * time_s)
    quality = measure_quality(as_record(lead))
    np.testing.assert_allclose(quality.wander_mv, 0.5 / np.sqrt(2), rtol=0.15)
    assert (quality.noise_mv < 0.01).all()


def test_an_offset_changes_nothing():
    lead = clean_lead(30)
    plain, shifted = measure_quality(as_record(lead)), measure_quality(as_record(lead + 5))
    np.testing.assert_allclose(plain.noise_mv, shifted.noise_mv, atol=1e-4)
    np.testing.assert_allclose(plain.wander_mv, shifted.wander_mv, atol=1e-4)


def test_one_bad_lead_leaves_the_other_as_it_was():
    lead = clean_lead(30)
    alone = measure_quality(as_record(lead))
    both = measure_quality(as_record(lead, np.full_like(lead, np.nan)))
    for name in ("missing", "flat", "clipped", "noise_mv", "wander_mv"):
        np.testing.assert_array_equal(getattr(both, name)[:, :1], getattr(alone, name))


def test_a_record_without_values_is_missing_and_has_no_levels():
    quality = measure_quality(as_record(np.full(5000, np.nan)))
    assert (quality.missing == 1).all()
    assert not quality.flat.any()
    assert not quality.clipped.any()
    assert np.isnan(quality.noise_mv).all()
    assert np.isnan(quality.wander_mv).all()


def test_a_record_without_samples_has_no_window():
    quality = measure_quality(as_record(np.zeros(0), np.zeros(0)))
    assert quality.missing.shape == quality.noise_mv.shape == quality.wander_mv.shape == (0, 2)


def test_a_record_of_one_sample_is_measured():
    quality = measure_quality(as_record(np.ones(1)))
    assert quality.missing.tolist() == [[0]]
    assert quality.flat.tolist() == [[0]]


def test_noise_is_unknown_where_the_sampling_rate_shows_nothing_above_40_hz():
    quality = measure_quality(as_record(clean_lead(20, fs=80.0), fs=80.0))
    assert np.isnan(quality.noise_mv).all()
    assert np.isfinite(quality.wander_mv).all()


def test_wander_is_unknown_for_beats_laid_end_to_end():
    quality = measure_quality(as_record(clean_lead(20), segment_length=200))
    assert np.isnan(quality.wander_mv).all()
    assert np.isfinite(quality.noise_mv).all()


def test_half_an_hour_of_two_leads_takes_a_fraction_of_a_second():
    lead = clean_lead(1805, fs=360.0)
    record = as_record(lead, lead, fs=360.0)
    durations = []
    for _ in range(3):
        start = time.perf_counter()
        measure_quality(record)
        durations.append(time.perf_counter() - start)
    # 0.04 s on one core; the margin is for a busy machine.
    assert min(durations) < 0.5
