"""Which past beats of a window others are compared with: dozens, all of its time alike."""

import numpy as np
import pytest

from ecg_anomaly.features.history_windows import HistoryWindows
from ecg_anomaly.features.past_beats import PastBeats, choose_past_beats


@pytest.mark.parametrize(("length_s", "share"), [(288.0, 0.9), (100.0, 0.6), (40.0, 0.5)])
def test_a_history_that_is_not_full_gives_as_many_beats(length_s, share):
    """The template stands on dozens of beats from the first minute on, all of its time alike."""
    n, most = round(length_s / 0.5), 64
    time_s, every = np.arange(n) * 0.5, np.ones(n, bool)
    windows = HistoryWindows(*(np.array([k]) for k in (0, n, length_s, 1, 0, 0)), 288.0)
    past = PastBeats(time_s, np.zeros((n, 1, 1)), every[:, None], every, np.full(n, 0.5))
    recent, on_time = choose_past_beats(past, every, 0.9, windows, most)
    assert share * most <= recent.count[0] <= most
    steps = np.diff(time_s[recent.index[0, : recent.count[0]]])
    assert np.ptp(steps) <= 1.0
    np.testing.assert_array_equal(recent.index, on_time.index)


def test_premature_beats_are_recent_but_not_on_time():
    n, every = 60, np.ones(60, bool)
    rr_s = np.where(np.arange(n) % 6 == 5, 0.4, 0.8)
    windows = HistoryWindows(*(np.array([k]) for k in (0, n, 48.0, 1, 0, 0)), 288.0)
    past = PastBeats(np.cumsum(rr_s), np.zeros((n, 1, 1)), every[:, None], every, rr_s)
    recent, on_time = choose_past_beats(past, every, 0.9, windows, 64)
    assert (recent.count[0], on_time.count[0]) == (60, 50)
    assert (on_time.index[0, :50] % 6 != 5).all()
