from lab.robustness.comparison import compare_decisions, join_comparisons


def test_beats_are_the_same_within_50_ms_at_whatever_rate(make_decisions):
    before = make_decisions([1.0, 2.0, 3.0], [-1, 1, 1])
    after = make_decisions([1.04, 2.06, 3.0, 4.0], [-1, 1, -1, 2], fs=1000.0)
    change = compare_decisions(before, after)
    assert (change.n_before, change.n_after, change.n_again) == (3, 4, 2)
    assert change.n_flags == 1  # at 3 s
    assert (change.n_flagged_before, change.n_flagged_after) == (2, 2)


def test_unreadable_beats_are_counted_and_lose_their_flag(make_decisions):
    before = make_decisions([1.0, 2.0], [1, 1])
    change = compare_decisions(before, make_decisions([1.0, 2.0], [1, 1], unreadable="x"))
    assert (change.n_unreadable_after, change.n_flags) == (1, 1)


def test_recordings_add_up_and_none_found_is_none_again(make_decisions):
    before = make_decisions([1.0, 2.0], [1, 1])
    nothing = compare_decisions(before, make_decisions([], []))
    assert (nothing.n_again, nothing.n_flags, nothing.n_after) == (0, 0, 0)
    joined = join_comparisons([nothing, compare_decisions(before, before)])
    assert (joined.n_before, joined.n_again) == (4, 2)
