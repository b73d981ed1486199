"""Which beats pair: nearest within the window, the rule of 2002, the start of the compared part."""

from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.evaluation.ec57.beat_matching import (
    MatchKind,
    find_first,
    is_pair,
    iterate_matches,
)

W = 54


def pairs(reference, test):
    return [
        (e.reference, e.test)
        for e in iterate_matches(reference, test, W)
        if e.kind is MatchKind.PAIR
    ]


def test_beats_150_ms_apart_are_a_pair_and_no_further():
    assert pairs([100], [154]) == pairs([154], [100]) == [(0, 0)]
    assert pairs([100], [155]) == pairs([155], [100]) == []


def test_the_closer_one_of_two_beats_is_taken():
    assert pairs([100], [60, 110]) == [(0, 1)]
    assert pairs([60, 110], [100]) == [(1, 0)]


def test_of_two_beats_as_close_the_later_one_is_taken():
    assert pairs([100], [90, 110]) == [(0, 1)]


def test_the_next_ones_may_fit_each_other_better():
    # 150 is closer to 130 than 100 is, but 150 has 151.
    assert pairs([100, 150], [130, 151]) == [(0, 0), (1, 1)]
    assert pairs([100, 150], [130]) == [(1, 0)]


beats = st.lists(st.integers(0, 2000), max_size=30, unique=True).map(sorted)


@given(beats, beats)
def test_every_beat_is_in_one_event_and_pairs_are_close(reference, test):
    events = list(iterate_matches(reference, test, W))
    seen_reference = [e.reference for e in events if e.kind is not MatchKind.EXTRA]
    seen_test = [e.test for e in events if e.kind is not MatchKind.MISSED]
    assert seen_reference == list(range(len(reference)))
    assert seen_test == list(range(len(test)))
    assert all(abs(reference[i] - test[j]) <= W for i, j in pairs(reference, test))


@given(beats, beats)
def test_reference_and_test_may_be_exchanged_where_no_beats_coincide(reference, test):
    test = sorted(set(test) - set(reference))
    exchanged = [(j, i) for i, j in pairs(test, reference)]
    assert pairs(reference, test) == exchanged


def test_is_pair_at_equal_times():
    assert is_pair(100, 460, 100, 460, W)


def test_a_test_beat_before_the_start_may_belong_to_the_first_beat():
    assert find_first([900, 1010, 1400], [900, 990, 1400], 1000, W) == (1, 1)
    assert find_first([1010], [990, 1025], 1000, W) == (0, 1)  # 1025 is closer


def test_an_early_test_beat_is_left_to_the_learning_period():
    assert find_first([990, 1400], [1005, 1400], 1000, W) == (1, 1)
    assert find_first([990, 1400], [1055, 1400], 1000, W) == (1, 0)  # too late for that
    assert find_first([990, 1400], [1005, 1010, 1400], 1000, W) == (1, 1)  # one only
