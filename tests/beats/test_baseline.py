"""The baseline follows what is slow, keeps out of QRS complexes, and waits for nothing."""

import numpy as np
import pytest

from ecg_anomaly.beats.baseline import baseline_reach, estimate_baseline

FS, WINDOW_S = 120.0, 1.25


def whole_baseline(lead, fs=FS, window_s=WINDOW_S):
    whole = range(len(lead))
    return estimate_baseline(lead, whole, whole, window_s, fs)


def heart(n, level_mv=0.0):
    """QRS complexes of 1 mV on a level."""
    time_s = np.arange(n) / FS
    at = (time_s + 0.4) % 0.8 - 0.4
    return (level_mv + np.exp(-((at / 0.02) ** 2))).astype(np.float32)


@pytest.mark.parametrize("fs", [60.0, 120.0, 250.0])
@pytest.mark.parametrize("slope", [0.0, 0.7, -3.0])
def test_an_offset_and_a_linear_drift_are_followed_without_delay(fs, slope):
    line = 300.0 + slope * np.arange(round(10 * fs)) / fs
    found = whole_baseline(line.astype(np.float32), fs)
    inside = slice(round(2 * fs), -round(0.2 * fs))
    np.testing.assert_allclose(found[inside], line[inside], atol=1e-4)


def test_qrs_complexes_hardly_pull_it_up():
    found = whole_baseline(heart(2400, level_mv=5.0))[400:-50] - 5.0
    mean = heart(2400).mean()
    assert found.max() < 0.7 * mean
    assert found.min() > -0.3 * mean


def test_of_a_step_nothing_is_left_when_the_window_is_past_it():
    lead = heart(2400)
    lead[1200:] += 2.0
    settled = 1200 + round(baseline_reach(WINDOW_S, FS).back_s * FS) + 1
    expected = whole_baseline(heart(2400))[settled:] + 2.0
    np.testing.assert_allclose(whole_baseline(lead)[settled:], expected, atol=1e-3)


@pytest.mark.parametrize("fs", [64.0, 120.0, 360.0])
def test_it_depends_on_nothing_beyond_its_reach(fs):
    lead = np.random.default_rng(0).normal(size=round(8 * fs)).astype(np.float32)
    whole = whole_baseline(lead, fs)
    back_s, ahead_s = baseline_reach(WINDOW_S, fs)
    assert ahead_s < 0.09
    for at in range(round(4 * fs), round(4 * fs) + 12):
        changed = lead.copy()
        changed[at] += 10
        moved = np.flatnonzero(whole_baseline(changed, fs) != whole) - at
        assert moved.min() >= -round(ahead_s * fs)
        assert moved.max() <= round(back_s * fs)
        assert moved.min() < 0 < moved.max()


@pytest.mark.parametrize("n", [1, 4, 5, 6, 117])
def test_a_short_lead_repeats_at_its_ends(n):
    found = whole_baseline(np.full(n, 2.5, np.float32))
    assert found.shape == (n,)
    np.testing.assert_allclose(found, 2.5)


@pytest.mark.parametrize("first", [0, 3, 700, 701, 704, 1237])
def test_a_part_has_the_baseline_of_the_whole_to_the_last_bit(first):
    lead = np.random.default_rng(1).normal(size=1501).astype(np.float32)
    whole = whole_baseline(lead)
    back, ahead = (round(reach_s * FS) for reach_s in baseline_reach(WINDOW_S, FS))
    for n in (1, 2, 5, 63, 264):
        wanted = range(first, first + n)
        around = range(max(0, first - back), min(len(lead), first + n + ahead))
        part = lead[around.start : around.stop]
        found = estimate_baseline(part, around, wanted, WINDOW_S, FS)
        np.testing.assert_array_equal(found, whole[first : first + n])
