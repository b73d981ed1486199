"""Read spans of a recording, those that are near each other in one piece."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.averaged_record import AveragedRecord

#: A call of a reader takes as long as reading so many samples of two leads, about: spans less apart
#: are read at once, with what lies between them, up to a length that needs little memory.
NEAR_SAMPLES, MOST_SAMPLES = 10_000, 200_000

#: Its first sample, and the one after its last.
Span = tuple[int, int]


def read_spans(
    recording: AveragedRecord, spans: Sequence[Span], columns: Sequence[int]
) -> Iterator[NDArray[np.float32]]:
    """Read spans of a recording one after the other.

    Parameters
    ----------
    recording : AveragedRecord
        Is read more often than it is averaged: how far spans are apart counts in its own samples.
    spans : sequence of (int, int)
        In averaged samples; starts ascend, and so do ends.
    columns : sequence of int
        Leads to read.

    Yields
    ------
    (n, n_leads) float32
        Signal of each span, in mV; part of an array that several spans may share.
    """
    for group in _group_spans(spans, recording.step):
        first, last = group[0][0], group[-1][1]
        signal = recording.read(first, last, columns)
        for start, stop in group:
            yield signal[start - first : stop - first]


def _group_spans(spans: Sequence[Span], step: int) -> Iterator[list[Span]]:
    group: list[Span] = []
    for start, stop in spans:
        if group:
            apart, length = start - group[-1][1], stop - group[0][0]
            if apart * step > NEAR_SAMPLES or length * step > MOST_SAMPLES:
                yield group
                group = []
        group.append((start, stop))
    if group:
        yield group
