"""How drawn signals swing: how often, how evenly, how steeply, around which baseline."""

import numpy as np
import pytest
from drawn_swings import AT, FS, N, beat, fibrillate

from ecg_anomaly.findings.swing_measures import (
    count_swings,
    fill_gaps,
    measure_hz,
    measure_windows,
    share_still,
    split_baseline,
)


def measure(windows):
    return measure_windows(split_baseline(windows, FS)[0], FS)


def test_how_often_it_swings_is_the_frequency_of_a_sine_wave():
    lines = np.stack([np.sin(2 * np.pi * hz * AT) for hz in (2.0, 5.0)])
    assert measure_hz(lines, FS) == pytest.approx([2.0, 5.0], rel=0.02)


def test_windows_beside_change_nothing():
    rng = np.random.default_rng(1)
    windows = rng.normal(0, 1, (40, N)).astype(np.float32)
    whole = measure(windows)
    assert all(np.array_equal(measure(windows[k : k + 1])[0], whole[k]) for k in range(40))


def test_leakage_of_a_sine_wave_is_low():
    line = np.sin(2 * np.pi * 4.46 * AT).astype(np.float32)
    leak, steep, *_ = measure(np.stack([line, beat()])).T
    assert leak[0] < 0.2 < 0.6 < leak[1]
    assert steep[0] > 0.5 > 0.2 > steep[1]


def test_swings_are_counted_on_the_lead_that_swings_most_often():
    slow, fast, off = fibrillate(2.8), fibrillate(5.6), np.full(N, np.nan, np.float32)
    leads = np.stack([np.stack(lead) for lead in ([slow, slow, off], [fast, off, off])])
    assert count_swings(leads, FS) == pytest.approx([5.6, 2.8, np.nan], rel=0.1, nan_ok=True)


def test_signal_and_baseline_add_up():
    line = fibrillate(mv=0.3) + (0.5 * np.sin(2 * np.pi * 0.3 * AT)).astype(np.float32)
    signal, baseline = split_baseline(line[None], FS)
    assert baseline.std() == pytest.approx(0.35, abs=0.06)
    assert signal.std() == pytest.approx(fibrillate(mv=0.3).std(), rel=0.15)
    assert signal.shape[1] == baseline.shape[1] - 2


def test_a_gap_holds_the_last_value_and_one_at_the_start_the_first():
    window = np.array([[np.nan, 1.0, np.nan, np.nan, 4.0]], np.float32)
    assert fill_gaps(window).tolist() == [[1.0, 1.0, 1.0, 1.0, 4.0]]


def test_a_line_that_stands_still_for_half_of_a_window_is_so_much_still():
    line = np.where(AT < 2, 0.7, np.sin(20 * AT)).astype(np.float32)
    assert share_still(line[None], FS)[0] == pytest.approx(0.5, abs=0.05)
