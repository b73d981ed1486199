"""Find which of many recordings in progress have clipped waves, by looking at new signal alone."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.clipping import find_clipped, find_tops
from ecg_anomaly.detector.stream_cutter import StreamCutter


def find_clipped_together(asked: Sequence[tuple[StreamCutter, int]]) -> list[bool]:
    """Tell of which recordings a wave is clipped.

    Parameters
    ----------
    asked : sequence of (StreamCutter, int)
        Recordings of one sampling rate and number of leads, each once, and the sample of each from
        which on waves are looked at, be it before the first that is held.
    """
    parts = [(cutter, max(first, cutter.signal.start)) for cutter, first in asked]
    _look_for_tops(parts)
    return [not c.tops.are_few(first) and _is_clipped(c, first) for c, first in parts]


def _look_for_tops(parts: Sequence[tuple[StreamCutter, int]]) -> None:
    """Add the tops in signal that has not been looked through yet, of all recordings at once."""
    fs = parts[0][0].fs
    firsts = [cutter.tops.unseen_from(first, fs) for cutter, first in parts]
    pieces = [_signal_from(cutter, f) for (cutter, _), f in zip(parts, firsts, strict=True)]
    signal = np.concatenate(pieces)
    # All recordings' first lead comes first. What is found where two pieces meet does no harm.
    tops = find_tops(signal.T.ravel(), fs).tolist()
    found: list[list[tuple[int, int]]] = [[] for _ in parts]
    begins = [0, *accumulate(len(piece) for piece in pieces)]
    for lead, row in (divmod(top, len(signal)) for top in tops):
        place = bisect_right(begins, row) - 1
        found[place].append((lead, row - begins[place] + firsts[place]))
    for (cutter, _), new in zip(parts, found, strict=True):
        cutter.tops.add(new, cutter.signal.end)


def _is_clipped(cutter: StreamCutter, first: int) -> bool:
    """Tell whether a wave is clipped on any lead of a recording, from a sample on."""
    leads = _signal_from(cutter, first).T
    return any(find_clipped(np.ascontiguousarray(lead), cutter.fs).any() for lead in leads)


def _signal_from(cutter: StreamCutter, first: int) -> NDArray[np.float32]:
    return cutter.signal.held[first - cutter.signal.start :]
