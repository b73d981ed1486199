"""Chunks overlap, hold every sample of a recording and know what is missing before them."""

from itertools import pairwise

import numpy as np
import pytest

from ecg_anomaly.detector.chunks import (
    Chunk,
    allocate_signal,
    count_chunks,
    longest_chunk,
    read_chunks,
)
from ecg_anomaly.records.record import Record

FS, REACH_S = 250.0, 7.3


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
    return list(read_chunks(record, columns, chunk_s, REACH_S))


@pytest.mark.parametrize("chunk_s", [0.5, 1.0, 60.0, 1200.0, 1e6])
def test_no_chunk_holds_more_than_itself_and_what_it_overlaps(
    noise: Record, chunk_s: float
) -> None:
    chunks = read(noise, chunk_s)
    assert len(chunks) == count_chunks(noise, chunk_s)
    assert chunks[0].first == 0
    assert [c.last for c in chunks] == [False] * (len(chunks) - 1) + [True]
    for former, latter in pairwise(chunks):
        assert former.stop == latter.first
    for chunk in chunks:
        length = len(chunk.excerpt.signal)
        assert length <= longest_chunk(FS, chunk_s, REACH_S)
        assert length <= chunk.stop - chunk.first + 2 * FS * (REACH_S + 2)


def test_the_overlap_reaches_as_far_as_asked_for_or_to_the_ends(noise: Record) -> None:
    for chunk in read(noise):
        start, stop = chunk.excerpt.start, chunk.excerpt.start + len(chunk.excerpt.signal)
        assert start <= max(0, chunk.first - REACH_S * FS)
        assert stop >= min(noise.n_samples, chunk.stop + REACH_S * FS)


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


def test_room_is_asked_for_in_order_and_used(noise: Record) -> None:
    given: list[np.ndarray] = []

    def allocate(n_samples: int, n_leads: int) -> np.ndarray:
        given.append(allocate_signal(n_samples, n_leads))
        return given[-1]

    chunks = list(read_chunks(noise, [0, 1], 300.0, REACH_S, allocate))
    assert len(given) == len(chunks) == 4
    assert all(a is c.excerpt.signal for a, c in zip(given, chunks, strict=True))
