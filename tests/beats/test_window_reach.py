"""How far a window looks; that it looks no further is tested in test_window_cutting."""

from dataclasses import replace

import pytest

from default_config import preprocess_config
from ecg_anomaly.beats.window_reach import (
    CLIPPED_KNOWN_S,
    filtered_range,
    filtered_reach,
    window_reach,
)

CONFIG = preprocess_config()


def test_a_window_is_complete_two_thirds_of_a_second_after_its_r_peak():
    assert 0.6 < window_reach(CONFIG).ahead_s < 0.65


@pytest.mark.parametrize("longer_s", [0.05, 0.2])
def test_a_longer_window_looks_further_ahead(longer_s):
    longer = replace(CONFIG, window_after_s=CONFIG.window_after_s + longer_s)
    more_s = window_reach(longer).ahead_s - window_reach(CONFIG).ahead_s
    assert more_s == pytest.approx(longer_s, abs=0.01)


def test_a_longer_baseline_looks_further_back():
    longer = replace(CONFIG, baseline_window_s=CONFIG.baseline_window_s + 2)
    more = window_reach(longer).back_s - window_reach(CONFIG).back_s
    assert more == pytest.approx(2, abs=0.05)


def test_filtered_samples_reach_around_the_beats_and_not_beyond_the_recording():
    assert filtered_range(range(0, 360), 1 / 3, 120, filtered_reach(CONFIG)) == range(0, 120)
    found = filtered_range(range(36_000, 36_360), 1 / 3, 100_000, filtered_reach(CONFIG))
    assert found.start < 12_000 - 15 * CONFIG.fs
    assert 12_120 + CLIPPED_KNOWN_S * CONFIG.fs < found.stop < 12_120 + CONFIG.fs
