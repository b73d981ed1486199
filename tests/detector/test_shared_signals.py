"""Signals in shared slots are those of chunks in memory of their own."""

import numpy as np
import pytest

from ecg_anomaly.detector.chunks import count_chunks, longest_chunk, read_chunks
from ecg_anomaly.detector.shared_signals import SharedSignals
from ecg_anomaly.records.record import Record

REACH_S = 7.3


def make_recording(fs: float, n_leads: int, seconds: float) -> Record:
    rng = np.random.default_rng(0)
    signal = rng.normal(0, 1, (round(seconds * fs), n_leads)).astype(np.float32)
    names = tuple(f"lead {k}" for k in range(n_leads))
    return Record("noise", "nobody", signal, fs, names)


@pytest.mark.parametrize(("fs", "n_leads", "chunk_s"), [(100.0, 2, 60.0), (250.0, 1, 33.0)])
@pytest.mark.parametrize("n_slots", [2, 4])
def test_a_chunk_finds_its_signal_again(
    fs: float, n_leads: int, chunk_s: float, n_slots: int
) -> None:
    recording, columns = make_recording(fs, n_leads, 500.0), list(range(n_leads))
    signals = SharedSignals(n_slots, n_leads, longest_chunk(fs, chunk_s, REACH_S))
    expected = list(read_chunks(recording, columns, chunk_s, REACH_S))
    assert len(expected) == count_chunks(recording, chunk_s) > n_slots
    shared = read_chunks(recording, columns, chunk_s, REACH_S, signals.next_slot)
    for number, (chunk, other) in enumerate(zip(shared, expected, strict=True)):
        bare, n_samples = signals.take_out(chunk)
        assert bare.excerpt.signal.size == 0
        back = signals.put_in(number, bare, n_samples)
        np.testing.assert_array_equal(back.excerpt.signal, other.excerpt.signal)
        assert (back.first, back.stop, back.n_lost) == (other.first, other.stop, other.n_lost)
        assert np.shares_memory(back.excerpt.signal, chunk.excerpt.signal)


def test_rooms_of_chunks_under_way_do_not_overlap() -> None:
    signals = SharedSignals(3, 2, 100)
    slots = [signals.next_slot(n, 2) for n in (100, 40, 100, 7)]
    for k, slot in enumerate(slots[:3]):
        slot[:] = k
    assert [float(slot.min()) for slot in slots[:3]] == [0, 1, 2]
    assert np.shares_memory(slots[0], slots[3])
    assert all(slot[:, 0].flags.contiguous for slot in slots)
