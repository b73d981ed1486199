"""Filters: linear phase, no baseline, bounded reach, any sampling rate, NaN."""

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats.excerpts import Excerpt
from ecg_anomaly.beats.filters import FilterSettings, filter_excerpt
from ecg_anomaly.beats.resampling import resampled_length, resampling_ratio

SETTINGS = FilterSettings.from_config(preprocess_config())
RATES = [100.0, 128.0, 250.0, 257.3, 360.0, 500.0, 1000.0]


def filter_signal(signal, fs, settings=SETTINGS):
    """Filter a whole recording: (n, n_leads) signal, and where samples are missing."""
    wanted = range(resampled_length(len(signal), fs, settings.fs))
    leads = filter_excerpt(Excerpt.whole(signal), fs, wanted, settings)
    return np.stack([x.signal for x in leads], axis=1), np.stack([x.missing for x in leads], axis=1)


def pulse(fs, at_s, duration_s=10.0, width_s=0.03, offset_mv=0.0):
    time = np.arange(round(duration_s * fs)) / fs
    signal = np.exp(-(((time - at_s) / width_s) ** 2)) + offset_mv
    return signal[:, None].astype(np.float32)


@pytest.mark.parametrize("fs", RATES)
def test_a_pulse_stays_in_place_and_nearly_symmetric(fs):
    filtered = filter_signal(pulse(fs, 5.0), fs)[0][:, 0]
    peak = int(np.argmax(filtered))
    at = 5.0 * fs * float(resampling_ratio(fs, SETTINGS.fs))
    assert abs(peak - at) <= 0.5
    assert filtered[peak] > 0.8
    if round(at) == pytest.approx(at, abs=1e-6):
        before, after = filtered[peak - 200 : peak], filtered[peak + 1 : peak + 201]
        np.testing.assert_allclose(before[::-1], after, atol=0.06)


@pytest.mark.parametrize("fs", RATES)
def test_length_follows_the_rate(fs):
    filtered, missing = filter_signal(pulse(fs, 5.0), fs)
    assert abs(len(filtered) - 1200) <= 1
    assert filtered.shape == missing.shape
    assert filtered.dtype == np.float32
    assert not missing.any()


@pytest.mark.parametrize("fs", [100.0, 360.0, 1000.0])
def test_offset_and_slow_drift_are_removed(fs):
    time = np.arange(round(60 * fs)) / fs
    straight = 3.0 + 0.5 * time
    filtered = filter_signal(straight[:, None].astype(np.float32), fs)[0]
    assert np.abs(filtered[240:-240]).max() < 1e-4
    drift = 3.0 + 0.05 * time + 0.5 * np.sin(2 * np.pi * 0.15 * time)
    filtered = filter_signal(drift[:, None].astype(np.float32), fs)[0]
    assert np.abs(filtered[240:-240]).max() < 0.12
    offset = filter_signal(np.full((len(time), 1), 3.0, np.float32), fs)[0]
    assert np.abs(offset).max() < 1e-6


def test_heartbeats_pass_and_mains_does_not():
    time = np.arange(3600) / 360.0
    middle = slice(300, 900)
    for frequency, low, high in ((10.0, 0.97, 1.03), (20.0, 0.9, 1.05), (60.0, 0.0, 0.02)):
        wave = np.sin(2 * np.pi * frequency * time)[:, None].astype(np.float32)
        gain = np.std(filter_signal(wave, 360.0)[0][middle]) * np.sqrt(2)
        assert low <= gain <= high


@pytest.mark.parametrize("fs", [100.0, 128.0, 360.0, 1000.0])
@pytest.mark.parametrize("where", [0.0, 0.5, 0.501, 0.502, 0.503, 1.0])
def test_a_changed_sample_changes_what_follows_soon_and_little_before_it(fs, where):
    signal = np.random.default_rng(0).normal(size=(round(20 * fs), 1)).astype(np.float32)
    changed = signal.copy()
    at = round(where * (len(signal) - 1))
    changed[at] += 10.0
    difference = np.abs(filter_signal(signal, fs)[0] - filter_signal(changed, fs)[0])[:, 0]
    later = np.arange(len(difference)) / SETTINGS.fs - at / fs
    back_s, ahead_s = SETTINGS.reach
    assert ahead_s < 0.2
    assert back_s < 2.5
    assert difference[np.abs(later) < 0.05].max() > 0.1
    assert difference[(later < -ahead_s) | (later > back_s)].max() == 0


def test_missing_samples_are_bridged_and_reported_in_place():
    signal = np.tile(pulse(360.0, 5.0), (1, 2))
    signal[720:1080, 1] = np.nan
    filtered, missing = filter_signal(signal, 360.0)
    assert np.isfinite(filtered).all()
    assert not missing[:, 0].any()
    assert missing[241:359, 1].all()
    assert not missing[:238, 1].any()
    assert not missing[362:, 1].any()


def test_a_single_missing_sample_is_not_lost_by_resampling():
    for at in range(1000, 1012):
        signal = pulse(1000.0, 5.0)
        signal[at] = np.nan
        (lead,) = filter_excerpt(Excerpt.whole(signal), 1000.0, range(500), SETTINGS)
        assert lead.bridged.any()
        assert not lead.missing.any()


@pytest.mark.parametrize("steps", [3, 4, 5])
def test_of_samples_that_one_stands_for_none_marks_another(steps):
    """Every input sample marks the nearest output sample: at most half of what one stands for."""
    fs = steps * SETTINGS.fs
    for at in range(10 * steps, 11 * steps):
        signal = pulse(fs, 5.0)
        signal[at] = np.nan
        (lead,) = filter_excerpt(Excerpt.whole(signal), fs, range(100), SETTINGS)
        marked = np.flatnonzero(lead.bridged)
        assert len(marked) == 1
        assert abs(marked[0] * steps - at) <= steps / 2


@pytest.mark.parametrize("fs", [100.0, SETTINGS.fs, 360.0])
def test_what_is_missing_at_the_end_is_reported_to_the_last_sample(fs):
    signal = pulse(fs, 5.0)
    signal[-round(fs) :] = np.nan
    _, missing = filter_signal(signal, fs)
    assert missing[-round(0.9 * SETTINGS.fs) :].all()
    assert not missing[: -round(1.1 * SETTINGS.fs)].any()
    signal = pulse(SETTINGS.fs, 5.0)
    signal[-1] = np.nan
    (lead,) = filter_excerpt(Excerpt.whole(signal), SETTINGS.fs, range(len(signal)), SETTINGS)
    assert np.flatnonzero(lead.missing | lead.bridged).tolist() == [len(signal) - 1]


def test_a_lead_of_nan_becomes_zero_and_all_missing():
    filtered, missing = filter_signal(np.full((3600, 1), np.nan, np.float32), 360.0)
    assert (filtered == 0).all()
    assert missing.all()


def test_the_callers_signal_is_left_alone():
    signal = pulse(360.0, 5.0)
    signal[5] = np.nan
    before = signal.copy()
    filter_signal(signal, 360.0)
    np.testing.assert_array_equal(signal, before)


def test_short_records_do_not_fail():
    for n in (2, 10, 50):
        filtered, _ = filter_signal(np.ones((n, 1), np.float32), 360.0)
        assert len(filtered) == -(-n // 3)
        assert np.isfinite(filtered).all()
        assert np.abs(filtered).max() < 1e-6


@pytest.mark.parametrize("fs", [120.0, 257.3, 360.0])
@pytest.mark.parametrize("wanted", [range(300, 500), range(700, 1200), range(0, 7)])
def test_a_part_is_filtered_as_in_the_whole(fs, wanted):
    signal = np.random.default_rng(0).normal(size=(round(10 * fs), 2)).astype(np.float32)
    whole = filter_signal(signal, fs)[0]
    leads = filter_excerpt(Excerpt.whole(signal), fs, wanted, SETTINGS)
    for lead, expected in zip(leads, whole.T, strict=True):
        assert lead.start == wanted.start
        np.testing.assert_array_equal(lead.signal, expected[wanted.start : wanted.stop])
