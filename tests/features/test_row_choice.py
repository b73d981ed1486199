"""Beats chosen from spans: readable, not premature in that span, evenly spread."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.features.row_choice import choose_on_time, choose_rows


def test_few_beats_are_all_chosen_and_of_many_the_first_of_each_slot():
    good = np.arange(200) % 2 == 0
    spans = np.array([[0, 7], [0, 200], [3, 3], [150, 200]])
    chosen = choose_rows(good, np.arange(200) // 12, spans, 16)
    assert chosen.count.tolist() == [4, 16, 0, 4]
    assert chosen.index[0, :4].tolist() == [0, 2, 4, 6]
    assert chosen.index[1].tolist() == list(range(12, 200, 12))[:16]
    assert chosen.index[3, :4].tolist() == [156, 168, 180, 192]


@given(st.lists(st.booleans(), min_size=300, max_size=300), st.integers(0, 299))
def test_a_beat_more_or_less_changes_its_own_slot_alone(readable, lost):
    good, slot, spans = np.array(readable), np.arange(300) // 10, np.array([[0, 300]])
    fewer = good & (np.arange(300) != lost)
    one, other = (choose_rows(g, slot, spans, 30) for g in (good, fewer))
    if min(good.sum(), fewer.sum()) > 30:
        rows = [set(c.index[0, : c.count[0]].tolist()) for c in (one, other)]
        assert all(slot[row] == slot[lost] for row in rows[0] ^ rows[1])


def test_beats_on_time_are_those_that_a_search_by_hand_finds():
    rng = np.random.default_rng(0)
    readable, previous_s = rng.random(100) > 0.2, rng.uniform(0.5, 1.5, 100)
    previous_s[::9] = np.nan
    spans = np.array([[0, 100], [10, 13], [50, 80], [99, 100], [20, 20]])
    shortest_s = np.array([0.6, 0.9, 1.2, 0.0, 1.0])
    chosen = choose_on_time(readable, previous_s, shortest_s, np.arange(100), spans, 200)
    for row, (first, end) in enumerate(spans):
        good = readable & ~(previous_s < shortest_s[row])
        expected = np.flatnonzero(good[first:end]) + first
        assert chosen.index[row, : chosen.count[row]].tolist() == expected.tolist()


def test_what_is_premature_depends_on_the_span():
    spans, previous_s = np.array([[0, 4], [0, 4]]), np.full(4, 0.8)
    chosen = choose_on_time(
        np.ones(4, bool), previous_s, np.array([0.7, 0.9]), np.arange(4), spans, 8
    )
    assert chosen.count.tolist() == [4, 0]


def test_of_many_beats_on_time_the_first_of_each_slot_is_chosen_in_every_span():
    spans, slot = np.array([[0, 60], [30, 90]]), np.arange(90) // 10
    previous_s = np.where(np.arange(90) % 10 < 3, 0.5, 1.0)
    chosen = choose_on_time(np.ones(90, bool), previous_s, np.full(2, 0.9), slot, spans, 8)
    assert chosen.index[0, : chosen.count[0]].tolist() == [3, 13, 23, 33, 43, 53]
    assert chosen.index[1, : chosen.count[1]].tolist() == [33, 43, 53, 63, 73, 83]


@given(st.lists(st.booleans(), min_size=120, max_size=120), st.integers(1, 30))
def test_spans_together_are_as_each_by_itself(readable, most):
    """To the padding, with spans of no beat, of few and of many."""
    good, slot, previous_s = np.array(readable), np.arange(120) // 4, np.full(120, 0.8)
    spans, shortest_s = np.array([[0, 0], [0, 120], [5, 9], [119, 120]]), np.array([0, 0.7, 0.9, 0])
    ways = (
        lambda some: choose_rows(good, slot, spans[some], most),
        lambda some: choose_on_time(good, previous_s, shortest_s[some], slot, spans[some], most),
    )
    for choose in ways:
        together = choose(slice(None))
        for k, (index, count) in enumerate(zip(together.index, together.count, strict=True)):
            alone = choose(slice(k, k + 1))
            assert alone.count[0] == count
            np.testing.assert_array_equal(alone.index[0, :count], index[:count])
            assert (index[count:] == index[count - 1]).all() or not count
