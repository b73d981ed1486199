"""Short gaps of a running recording are bridged as those of a whole one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.beats.missing_samples import bridge_short_gaps, longest_short_gap
from ecg_anomaly.detector.stream_gaps import StreamGaps

FS, N = 250.0, 120


@given(
    st.lists(st.tuples(st.integers(0, N), st.integers(0, 9), st.sampled_from([0, 1, 2]))),
    st.lists(st.integers(0, N), max_size=25),
)
def test_pieces_change_nothing(gaps, places):
    signal = np.random.default_rng(0).normal(size=(N, 2)).astype(np.float32)
    for start, length, lead in gaps:
        signal[start : start + length, slice(None) if lead == 2 else lead] = np.nan
    bridge, found, taken = StreamGaps(FS, 2), [], 0
    for piece in np.split(signal, sorted(places)):
        found.append(bridge.push(piece))
        taken += len(piece)
        assert taken - sum(map(len, found)) <= longest_short_gap(FS)
    found.append(bridge.push(signal[:0], last=True))
    np.testing.assert_array_equal(np.concatenate(found), bridge_short_gaps(signal, FS))


def test_a_lead_that_is_known_to_be_absent_need_not_be_looked_at():
    signal = np.random.default_rng(0).normal(size=(N, 2)).astype(np.float32)
    signal[20:100, 1] = np.nan
    bridge, found = StreamGaps(FS, 2), []
    for start in range(0, N, 10):
        absent = np.isnan(signal[max(0, start - bridge.longest - 1) : start + 10, 1])
        settled = bool(absent.all() or not absent.any())
        found.append(bridge.push(signal[start : start + 10], settled=settled))
    found.append(bridge.push(signal[:0], last=True))
    np.testing.assert_array_equal(np.concatenate(found), bridge_short_gaps(signal, FS))


def test_without_a_gap_nothing_waits():
    bridge, whole = StreamGaps(FS, 1), np.zeros((40, 1), np.float32)
    for size in (1, 2, 30):
        assert len(bridge.push(whole[:size])) == size


def test_a_gap_waits_until_it_is_long_or_over():
    bridge, n = StreamGaps(FS, 1), longest_short_gap(FS)
    gap = np.full((1, 1), np.nan, np.float32)
    bridge.push(np.ones((9, 1), np.float32))
    assert [len(bridge.push(gap)) for _ in range(n)] == [0] * n
    found = bridge.push(gap)
    assert np.isnan(found).tolist() == [[True]] * (n + 1)
