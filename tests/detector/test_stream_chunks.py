"""The chunks of a stream hold every sample once, and as much around it as its beats depend on."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.beats.r_peaks.r_peak_detection import chunk_grid
from ecg_anomaly.detector.stream_chunks import ENDLESS, StreamChunks

FS, REACH_S, N = 100.0, 5.0, 3000


def make_signal() -> np.ndarray:
    """Give each sample a value of its own; both leads are missing for 3 s, one for longer."""
    signal = np.arange(2 * N, dtype=np.float32).reshape(N, 2) / 2
    signal[700:1000] = np.nan
    signal[400:1400, 1] = np.nan
    return signal


def run(places: list[int], step: int = 1):
    chunks = StreamChunks(FS, step, [1, 0], REACH_S)
    signal = np.repeat(make_signal(), step, axis=0)
    found = [chunks.push(piece) for piece in np.split(signal, sorted(places))]
    return [c for c in [*found, chunks.finish()] if c is not None]


@given(places=st.lists(st.integers(0, N), max_size=12), step=st.sampled_from([1, 3]))
@settings(max_examples=30)
def test_chunks_follow_each_other_with_all_that_they_depend_on(places, step):
    found, signal = run([p * step + p % step for p in places], step), make_signal()
    assert found[0].first == 0
    assert found[-1].last
    for chunk, after in zip(found, [*found[1:], None], strict=True):
        low, grid = chunk.excerpt.start, chunk_grid(FS)
        held = chunk.excerpt.signal
        np.testing.assert_array_equal(held, signal[low : low + len(held), ::-1])
        assert low % grid == chunk.first % grid == 0
        assert low <= max(0, chunk.first - REACH_S * FS)
        lost = np.isnan(signal[: chunk.first]).all(axis=1).sum()
        assert chunk.n_lost == lost
        if after is not None:
            assert after.first == chunk.stop
            assert low + len(held) >= chunk.stop + REACH_S * FS
            assert chunk.excerpt.n_samples == ENDLESS


def test_the_last_value_before_a_chunk_is_known():
    found = run(list(range(100, N, 100)))
    late = next(c for c in found if c.excerpt.start > 1000)
    assert late.excerpt.start < 1400
    before = make_signal()[: late.excerpt.start]
    np.testing.assert_array_equal(late.excerpt.before, [before[399, 1], before[-1, 0]])


def test_memory_does_not_grow():
    chunks, longest = StreamChunks(FS, 1, [0, 1], REACH_S), 0
    for piece in np.split(make_signal(), 300):
        chunks.push(piece)
        longest = max(longest, len(chunks.state()["held"]))
    assert longest < 2 * REACH_S * FS + 3 * chunk_grid(FS)


@pytest.mark.parametrize(
    "change",
    [{"counts": [5, 3, 0]}, {"counts": [0, 9**9, 0]}, {"held": [[1.0]]}, {"before": [0.0]}],
)
def test_a_state_that_cannot_be_is_refused(change):
    chunks = StreamChunks(FS, 1, [0, 1], REACH_S)
    chunks.push(make_signal()[:2000])
    state = chunks.state()
    other = StreamChunks(FS, 1, [0, 1], REACH_S)
    other.restore(state)
    with pytest.raises(ValueError, match=r"leads|counts"):
        other.restore({**state, **{name: np.array(value) for name, value in change.items()}})


def test_a_stream_without_a_sample_has_no_chunk():
    assert StreamChunks(FS, 1, [0], REACH_S).finish() is None
