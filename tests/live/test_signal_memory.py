import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.live.signal_memory import SignalMemory

FS, KEPT_S = 100.0, 0.5


def filled(sizes):
    memory = SignalMemory("a", FS, ("II", "V1"), KEPT_S)
    signal = np.arange(2 * sum(sizes), dtype=np.float32).reshape(-1, 2)
    at = 0
    for size in sizes:
        memory.append(signal[at : at + size])
        at += size
    return memory, signal


@settings(max_examples=40)
@given(st.lists(st.integers(0, 170), max_size=12))
def test_the_last_samples_are_kept_whatever_the_pieces(sizes):
    memory, signal = filled(sizes)
    n = len(signal)
    assert memory.n_samples == n
    assert n - memory.first_kept >= min(n, 50)
    assert n - memory.first_kept <= 100
    first = memory.first_kept
    np.testing.assert_array_equal(memory.read(first, n), signal[first:])


def test_what_is_not_kept_is_missing():
    memory, signal = filled([300])
    found = memory.read(150, 310)
    assert np.isnan(found[: memory.first_kept - 150]).all()
    assert np.isnan(found[-10:]).all()
    np.testing.assert_array_equal(memory.read(290, 295, [1]), signal[290:295, 1:])
    assert memory.next_stored(0) == memory.first_kept


def test_a_state_is_restored():
    memory, signal = filled([120, 33])
    again = SignalMemory("a", FS, ("II", "V1"), KEPT_S)
    again.restore(memory.n_samples, memory.state())
    np.testing.assert_array_equal(again.read(103, 153), signal[103:])
    assert again.n_samples == 153
    for _ in range(40):  # as much is known as without a restart, then and later
        np.testing.assert_array_equal(again.read(0, 400), memory.read(0, 400))
        for one in (memory, again):
            one.append(signal[:7])
    with pytest.raises(ValueError, match="kept"):
        again.restore(10, np.zeros((5, 3)))
