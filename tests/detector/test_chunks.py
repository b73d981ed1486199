"""Chunks overlap, hold every sample, know what is missing before them, and share memory."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from ecg_anomaly.beats.excerpts import Reach
from ecg_anomaly.detector.chunks import (
    Chunk,
    SharedSignals,
    allocate_signal,
    count_chunks,
    longest_chunk,
    read_chunks,
)
from ecg_anomaly.records.record import Record

FS, REACH = 250.0, Reach(13.3, 1.3)


@pytest.fixture(scope="module")
def noise() -> Record:
    """Twenty minutes of noise in two leads, with missing samples."""
    signal = np.random.default_rng(0).normal(size=(round(1200 * FS), 2)).astype(np.float32)
    signal[50_000:90_000, 0] = np.nan
    signal[70_000:75_000, 1] = np.inf
    signal[200_000, :] = np.nan
    return Record("noise", "nobody", signal, FS, ("II", "V1"))


def read(record: Record, chunk_s: float = 60.0, columns: list[int] | None = None) -> list[Chunk]:
    columns = [0, 1] if columns is None else columns
    return list(read_chunks(record, columns, chunk_s, REACH))


@pytest.mark.parametrize("chunk_s", [0.5, 1.0, 60.0, 1200.0, 1e6])
def test_no_chunk_holds_more_than_itself_and_what_it_overlaps(
    noise: Record, chunk_s: float
) -> None:
    chunks = read(noise, chunk_s)
    assert len(chunks) == count_chunks(noise, chunk_s, REACH)
    assert chunks[0].first == 0
    assert [c.last for c in chunks] == [False] * (len(chunks) - 1) + [True]
    for former, latter in pairwise(chunks):
        assert former.stop == latter.first
    for chunk in chunks:
        length = len(chunk.excerpt.signal)
        assert length <= longest_chunk(FS, chunk_s, REACH)
        assert length <= chunk.stop - chunk.first + FS * (sum(REACH) + 1.3)


def test_the_overlap_reaches_as_far_as_asked_for_or_to_the_ends(noise: Record) -> None:
    for chunk in read(noise):
        start, stop = chunk.excerpt.start, chunk.excerpt.start + len(chunk.excerpt.signal)
        assert start <= max(0, chunk.first - REACH.back_s * FS)
        assert stop >= min(noise.n_samples, chunk.stop + REACH.ahead_s * FS)


@pytest.mark.parametrize("columns", [[0, 1], [1, 0], [1]])
def test_samples_are_those_of_the_recording_and_missing_ones_are_nan(
    noise: Record, columns: list[int]
) -> None:
    expected = np.where(np.isfinite(noise.signal), noise.signal, np.nan)[:, columns]
    for chunk in read(noise, columns=columns):
        start = chunk.excerpt.start
        signal = chunk.excerpt.signal
        np.testing.assert_array_equal(signal, expected[start : start + len(signal)])
        assert all(signal[:, lead].flags.contiguous for lead in range(len(columns)))


def test_a_chunk_knows_the_last_values_before_it(noise: Record) -> None:
    for chunk in read(noise):
        for lead, value in enumerate(chunk.excerpt.before):
            earlier = noise.signal[: chunk.excerpt.start, lead]
            known = earlier[np.isfinite(earlier)]
            assert value == known[-1] if len(known) else np.isnan(value)


def test_samples_missing_in_every_lead_are_counted_from_the_start(noise: Record) -> None:
    lost = ~np.isfinite(noise.signal).any(axis=1)
    before = np.concatenate([[0], np.cumsum(lost)])
    for chunk in read(noise):
        sample = np.arange(chunk.first, chunk.stop, 97)
        np.testing.assert_array_equal(chunk.count_lost(sample), before[sample])
        assert chunk.n_lost == before[chunk.first]


class Gapped(Record):
    """A record that says where its gaps are: where no lead has a value."""

    def next_stored(self, start: int) -> int:
        later = np.flatnonzero(np.isfinite(self.signal[start:]).any(axis=1))
        return start + int(later[0]) if len(later) else self.n_samples


@pytest.mark.parametrize("chunk_s", [5.0, 20.0, 60.0])
@pytest.mark.parametrize(
    "gaps",
    [[(100, 500)], [(0, 700)], [(600, 1200)], [(0, 1200)], [(50, 90), (95, 400), (401, 1190)]],
)
def test_chunks_of_which_nothing_is_stored_are_left_out(
    noise: Record, chunk_s: float, gaps: list[tuple[int, int]]
) -> None:
    signal = noise.signal.copy()
    for start_s, stop_s in gaps:
        signal[round(start_s * FS) : round(stop_s * FS)] = np.nan
    plain = replace(noise, signal=signal)
    gapped = Gapped("noise", "nobody", signal, FS, ("II", "V1"))
    wanted = {chunk.first: chunk for chunk in read(plain, chunk_s)}
    found = read(gapped, chunk_s)
    assert len(found) == count_chunks(gapped, chunk_s, REACH) < len(wanted)
    assert found[-1].last
    for chunk in found:
        other = wanted.pop(chunk.first)
        assert (chunk.stop, chunk.n_lost, chunk.last) == (other.stop, other.n_lost, other.last)
        np.testing.assert_array_equal(chunk.excerpt.signal, other.excerpt.signal)
        np.testing.assert_array_equal(chunk.excerpt.before, other.excerpt.before)
        assert chunk.excerpt.start == other.excerpt.start
    for chunk in wanted.values():
        assert np.isnan(chunk.excerpt.signal).all()


def test_of_a_month_without_a_signal_hardly_a_chunk_is_read(noise: Record) -> None:
    class Month(Record):
        n_samples = 30 * 86_400 * 250

        def read(
            self,
            start: int,
            stop: int,
            columns: Sequence[int] | None = None,  # noqa: ARG002
        ) -> NDArray[np.float32]:
            self.reads.append(stop - start)
            return np.full((stop - start, 2), np.nan, np.float32)

        def next_stored(self, start: int) -> int:
            return start if start < 60 * FS else self.n_samples

    month = Month("month", "nobody", noise.signal, FS, ("II", "V1"))
    object.__setattr__(month, "reads", [])
    chunks = list(read_chunks(month, [0, 1], 100.0, REACH))
    assert [chunk.last for chunk in chunks] == [False, True]
    assert sum(month.reads) < 400 * FS
    assert chunks[1].n_lost == month.n_samples - (chunks[1].stop - chunks[1].first)


def test_room_is_asked_for_in_order_and_used(noise: Record) -> None:
    given: list[np.ndarray] = []

    def allocate(n_samples: int, n_leads: int) -> np.ndarray:
        given.append(allocate_signal(n_samples, n_leads))
        return given[-1]

    chunks = list(read_chunks(noise, [0, 1], 300.0, REACH, allocate))
    assert len(given) == len(chunks) == 4
    assert all(a is c.excerpt.signal for a, c in zip(given, chunks, strict=True))


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
    signals = SharedSignals(n_slots, n_leads, longest_chunk(fs, chunk_s, REACH))
    expected = list(read_chunks(recording, columns, chunk_s, REACH))
    assert len(expected) == count_chunks(recording, chunk_s, REACH) > n_slots
    shared = read_chunks(recording, columns, chunk_s, REACH, signals.next_slot)
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
