"""What is held of a running recording is what the recording has there."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.detector.stream_signal import ENDLESS, StreamSignal

N = 600


def make_signal() -> np.ndarray:
    """Give each sample a value of its own; both leads are missing for a while, one for longer."""
    signal = np.arange(2 * N, dtype=np.float32).reshape(N, 2)
    signal[140:200] = np.nan
    signal[80:280, 1] = np.nan
    return signal


@given(
    st.lists(st.tuples(st.integers(0, N), st.integers(0, 80)), min_size=1, max_size=12),
    st.sampled_from([1, 3]),
)
@settings(max_examples=40)
def test_every_excerpt_is_that_of_the_recording(steps, step):
    signal, held = make_signal(), StreamSignal(step, [1, 0])
    fine, done = np.repeat(signal, step, axis=0), 0
    for place, kept in sorted(steps):
        new = held.append(fine[done * step : place * step])
        np.testing.assert_array_equal(new, signal[done:place, ::-1])
        done = place
        held.forget(done - kept)
        assert held.end == done
        assert held.start >= max(0, done - kept)
        assert_is_that_of(held, signal)
        again = StreamSignal(step, [1, 0])
        again.restore(held.state())
        assert_is_that_of(again, signal)


def assert_is_that_of(held: StreamSignal, signal: np.ndarray) -> None:
    first = (held.start + held.end + 1) // 2
    excerpt = held.excerpt(first)
    np.testing.assert_array_equal(excerpt.signal, signal[first : held.end, ::-1])
    assert (excerpt.start, excerpt.n_samples) == (first, ENDLESS)
    assert held.excerpt(first, ended=True).n_samples == held.end
    for lead, before in enumerate(excerpt.before):
        known = signal[:first, 1 - lead]
        known = known[np.isfinite(known)]
        assert np.array_equal(before, known[-1] if len(known) else np.nan, equal_nan=True)
    sample = np.arange(held.start, held.end + 1)
    lost = np.concatenate([[0], np.cumsum(np.isnan(signal).all(axis=1))])
    np.testing.assert_array_equal(held.count_lost(sample), lost[sample])
    assert [held.lost_before(at) for at in sample.tolist()] == lost[sample].tolist()


def test_leads_are_whole_or_absent_or_neither():
    held, signal = StreamSignal(1, [1, 0]), make_signal()
    for stop in range(50, N + 1, 50):
        held.append(signal[stop - 50 : stop])
        again = StreamSignal(1, [1, 0])
        again.restore(held.state())
        for first in range(0, stop, 10):
            missing = np.isnan(signal[first:stop, ::-1])
            whole = ~missing.any(axis=0)
            for same in (held, again):
                assert same.whole_leads(first) == tuple(np.flatnonzero(whole))
                assert same.is_settled(first) == (whole | missing.all(axis=0)).all()


@pytest.mark.parametrize("step", [1, 3])
def test_nothing_changes_when_it_is_known_that_a_piece_is_whole(step):
    """Of a mean, some of the samples may have come before."""
    signal, known, held = make_signal(), StreamSignal(step, [1, 0]), StreamSignal(step, [1, 0])
    for piece in np.split(signal, np.arange(10, N, 10)):
        whole = not np.isnan(piece).any()
        np.testing.assert_array_equal(known.append(piece, whole), held.append(piece))
        first = held.end - 40
        assert known.whole_leads(first) == held.whole_leads(first)
        assert known.is_settled(first) == held.is_settled(first)


def test_a_mean_waits_for_its_last_sample():
    held = StreamSignal(4, [0])
    assert len(held.append(np.ones((3, 1), np.float32))) == 0
    assert held.append(np.full((2, 1), 5.0, np.float32)).tolist() == [[2.0]]
    assert held.end == 1


def test_memory_does_not_grow():
    held, longest = StreamSignal(1, [0, 1]), 0
    for piece in np.array_split(np.zeros((50_000, 2), np.float32), 500):
        held.append(piece)
        held.forget(held.end - 1000)
        longest = max(longest, held._room.size)
    assert longest <= 2 * 4 * 1100


@pytest.mark.parametrize(
    "change", [{"counts": [5, 6]}, {"counts": [-1, 0]}, {"held": [[1.0]]}, {"before": [0.0]}]
)
def test_a_state_that_cannot_be_is_refused(change):
    held, other = StreamSignal(1, [0, 1]), StreamSignal(1, [0, 1])
    held.append(make_signal())
    other.restore(held.state())
    with pytest.raises(ValueError, match=r"leads|counts"):
        other.restore({**held.state(), **{k: np.array(v) for k, v in change.items()}})
