"""Beats in rhythm: on time, without a pause after them, with their neighbours in the span."""

import numpy as np

from ecg_anomaly.features.row_choice import RowChoice
from ecg_anomaly.features.span_beats import SpanBeats, mark_in_rhythm


def test_beats_on_time_without_a_pause_are_calm():
    rr_s = np.array([0.8, 0.8, 0.5, 1.1, 0.8, 0.81, 0.9, 0.9, np.nan, 0.9])
    # The third comes early, the fifth is earlier than the one before, the last but two come before
    # and after an unknown interval.
    in_rhythm = np.flatnonzero(mark_in_rhythm(rr_s)).tolist()
    assert in_rhythm == [1, 3, 5, 6]
    assert not mark_in_rhythm(np.full(2, 0.8)).any()
    assert not mark_in_rhythm(np.zeros(0)).any()


def test_beats_whose_neighbours_are_outside_of_the_span_are_not_in_rhythm():
    choice = RowChoice(np.array([[0, 1, 2, 3], [2, 3, 4, 5]]), np.array([4, 4]))
    edges = np.array([1, 3]), np.array([3, 5])
    spans = SpanBeats(np.zeros((6, 1, 1)), choice, choice, np.arange(6) != 2, *edges)
    found = spans.find_in_rhythm(choice, np.array([0, 1]))
    assert found.tolist() == [[False, True, False, False], [False, True, True, False]]
