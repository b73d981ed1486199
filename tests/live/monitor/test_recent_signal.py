import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.live.monitor.recent_signal import (
    MISSING,
    MOST_LEADS,
    SPAN_S,
    RecentSignal,
    to_json_values,
)

FS = 10.0
SIZE = int(SPAN_S * FS)


def ramp(start: int, n: int) -> np.ndarray:
    """Two leads whose value tells the number of the sample."""
    numbers = np.arange(start, start + n) / 1000
    return np.stack([numbers, -numbers])


@given(st.lists(st.integers(1, 90), max_size=12))
def test_whatever_the_chunks_the_last_seconds_are_kept(lengths):
    signal = RecentSignal(FS, ("I", "II"))
    start = 0
    for length in lengths:
        signal.append(start, ramp(start, length))
        start += length
    first = max(0, start - SIZE)
    kept = signal.read(0, start)
    assert kept.tolist() == [list(range(first, start)), [-v for v in range(first, start)]]


def test_a_gap_is_missing_signal():
    signal = RecentSignal(FS, ("I", "II"))
    signal.append(0, ramp(0, 5))
    signal.append(8, ramp(8, 2))
    assert signal.read(0, 10)[0].tolist() == [0, 1, 2, 3, 4, MISSING, MISSING, MISSING, 8, 9]


def test_samples_that_come_twice_are_taken_once():
    signal = RecentSignal(FS, ("I", "II"))
    signal.append(0, ramp(0, 6))
    signal.append(3, -ramp(3, 3))
    signal.append(4, ramp(4, 5))
    assert signal.read(0, 99)[0].tolist() == list(range(9))


def test_a_gap_of_an_hour_leaves_nothing_of_before():
    signal = RecentSignal(FS, ("I", "II"))
    signal.append(0, ramp(0, SIZE))
    signal.append(36_000, ramp(0, 1))
    kept = signal.read(0, 40_000)
    assert kept.shape == (2, SIZE)
    assert (kept[:, :-1] == MISSING).all()


def test_a_recording_that_starts_again_drops_what_was_before():
    signal = RecentSignal(FS, ("I", "II"))
    signal.append(5000, ramp(0, 3))
    signal.append(0, ramp(0, 3))
    assert signal.next_sample == 3
    assert signal.read(0, 9)[0].tolist() == [0, 1, 2]


def test_a_chunk_longer_than_what_is_kept_leaves_its_end():
    signal = RecentSignal(FS, ("I", "II"))
    signal.append(0, ramp(0, 3 * SIZE))
    assert signal.read(0, 3 * SIZE)[0].tolist() == list(range(2 * SIZE, 3 * SIZE))


def test_absurd_and_missing_values_do_not_overflow():
    signal = RecentSignal(FS, ("I",))
    signal.append(0, [[1e30, -np.inf, None, np.nan, 0.0014]])
    assert to_json_values(signal.read(0, 5)) == [[32767, -32767, None, None, 1]]


@pytest.mark.parametrize(
    ("fs", "n"), [(0, 1), (-1, 1), (np.nan, 1), (5000, 1), (100, 0), (100, 99)]
)
def test_what_no_page_can_show_is_refused(fs, n):
    with pytest.raises(ValueError, match=f"1 to {MOST_LEADS} leads"):
        RecentSignal(fs, ("I",) * n)


def test_values_of_another_number_of_leads_are_refused():
    with pytest.raises(ValueError, match="3 rows of values for 1 leads"):
        RecentSignal(FS, ("I",)).append(0, np.zeros((3, 4)))


def test_a_tile_shows_the_first_lead_that_has_signal():
    signal = RecentSignal(FS, ("I", "II"))
    values = ramp(0, 30)
    values[0] = np.nan
    signal.append(0, values)
    assert signal.shown_lead() == 1
    signal.append(30, ramp(30, 5))
    assert signal.shown_lead() == 0
