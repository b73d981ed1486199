"""Spans that are near each other are read at once, and each is what it is when read alone."""

import numpy as np
import pytest

from ecg_anomaly.findings.near_spans import MOST_SAMPLES, NEAR_SAMPLES, read_spans
from ecg_anomaly.records.averaged_record import AveragedRecord
from ecg_anomaly.records.record import Record

STEP = 3
SIGNAL = np.random.default_rng(0).normal(size=(900_000, 3)).astype(np.float32)


class Counted(Record):
    """Counts how many samples are read in each call."""

    def read(self, start, stop, columns=None):
        self.annotations.append(stop - start)
        return super().read(start, stop, columns)


@pytest.fixture
def slow():
    return AveragedRecord(Counted("r", "r", SIGNAL, 360.0, ("I", "II", "III"), []), STEP)


def read_lengths(slow: AveragedRecord) -> list[int]:
    return slow._recording.annotations


def test_a_span_is_what_it_is_when_read_alone(slow):
    starts = np.cumsum(np.random.default_rng(1).choice([5, 300, 2000, 9000], 60))
    spans = [(start, start + 600) for start in starts.tolist()]
    found = list(read_spans(slow, spans, [2, 0]))
    assert len(read_lengths(slow)) < 50
    for span, signal in zip(spans, found, strict=True):
        np.testing.assert_array_equal(signal, slow.read(*span, [2, 0]))


@pytest.mark.parametrize(("apart", "calls"), [(-50, 1), (0, 1), (NEAR_SAMPLES, 1), (10_003, 2)])
def test_what_lies_between_is_read_if_it_is_short(slow, apart, calls):
    second = 600 + apart // STEP
    list(read_spans(slow, [(0, 600), (second, second + 600)], [0]))
    assert len(read_lengths(slow)) == calls


def test_no_more_is_held_than_a_span_or_so_much(slow):
    spans = [(start, start + 600) for start in range(0, 290_000, 300)]
    assert sum(1 for _ in read_spans(slow, spans, [0])) == len(spans)
    assert MOST_SAMPLES / 2 < max(read_lengths(slow)) <= MOST_SAMPLES


def test_no_span_reads_nothing(slow):
    assert not list(read_spans(slow, [], [0]))
    assert not read_lengths(slow)
