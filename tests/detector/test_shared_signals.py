"""Chunks whose signals lie in shared rooms are those that lie anywhere."""

import numpy as np
import pytest

from ecg_anomaly.config.pipeline_schema import PreprocessConfig
from ecg_anomaly.detector.chunks import count_chunks, longest_chunk, read_chunks
from ecg_anomaly.detector.shared_signals import SharedSignals
from ecg_anomaly.records.record import Record

CONFIG = PreprocessConfig()


def make_recording(fs: float, n_leads: int, seconds: float) -> Record:
    rng = np.random.default_rng(0)
    signal = rng.normal(0, 1, (round(seconds * fs), n_leads)).astype(np.float32)
    names = tuple(f"lead {k}" for k in range(n_leads))
    return Record("noise", "nobody", signal, fs, names)


@pytest.mark.parametrize(("fs", "n_leads", "chunk_s"), [(100.0, 2, 60.0), (250.0, 1, 33.0)])
@pytest.mark.parametrize("n_rooms", [2, 4])
def test_a_chunk_finds_its_signal_again(
    fs: float, n_leads: int, chunk_s: float, n_rooms: int
) -> None:
    recording, columns = make_recording(fs, n_leads, 500.0), list(range(n_leads))
    signals = SharedSignals(n_rooms, n_leads, longest_chunk(fs, chunk_s, CONFIG))
    expected = list(read_chunks(recording, columns, chunk_s, CONFIG))
    assert len(expected) == count_chunks(recording, chunk_s) > n_rooms
    shared = read_chunks(recording, columns, chunk_s, CONFIG, signals.next_room)
    for number, (chunk, other) in enumerate(zip(shared, expected, strict=True)):
        bare, n_samples = signals.take_out(chunk)
        assert bare.excerpt.signal.size == 0
        back = signals.put_in(number, bare, n_samples)
        np.testing.assert_array_equal(back.excerpt.signal, other.excerpt.signal)
        assert (back.first, back.stop, back.n_lost) == (other.first, other.stop, other.n_lost)
        assert np.shares_memory(back.excerpt.signal, chunk.excerpt.signal)


def test_rooms_of_chunks_under_way_do_not_overlap() -> None:
    signals = SharedSignals(3, 2, 100)
    rooms = [signals.next_room(n, 2) for n in (100, 40, 100, 7)]
    for k, room in enumerate(rooms[:3]):
        room[:] = k
    assert [float(room.min()) for room in rooms[:3]] == [0, 1, 2]
    assert np.shares_memory(rooms[0], rooms[3])
    assert all(room[:, 0].flags.contiguous for room in rooms)
