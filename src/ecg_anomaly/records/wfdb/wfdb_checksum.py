"""Sum the samples of a lead as its checksum does, in whatever order they are read."""

from threading import Lock

import numpy as np
from numpy.typing import NDArray

#: First frame, and the one after the last.
Span = tuple[int, int]


class RunningSum:
    """Sum of a lead's samples modulo 65536, complete when every frame has been added once."""

    def __init__(self, n_frames: int, per_frame: int) -> None:
        self._n_frames, self._per_frame = n_frames, per_frame
        self._covered: list[Span] = []
        self._sum = 0
        self._lock = Lock()

    def add(self, start: int, samples: NDArray[np.integer]) -> int | None:
        """Add the frames from `start` on, those not added before; give the sum once complete."""
        stop = start + len(samples) // self._per_frame
        # 16 bits that overflow are the sum modulo 65536, and fast.
        wrap = np.int16 if samples.dtype == np.int16 else np.int64
        with self._lock:
            fresh = _uncovered(self._covered, start, stop)
            for a, b in fresh:
                part = samples[(a - start) * self._per_frame : (b - start) * self._per_frame]
                self._sum = (self._sum + int(np.add.reduce(part, dtype=wrap))) % 65536
            if fresh:
                self._covered = _merge([*self._covered, *fresh])
            complete = fresh and self._covered == [(0, self._n_frames)]
            return self._sum if complete else None


def _uncovered(covered: list[Span], start: int, stop: int) -> list[Span]:
    gaps = []
    for a, b in covered:
        if a >= stop:
            break
        if a > start:
            gaps.append((start, a))
        start = max(start, b)
    return [*gaps, (start, stop)] if start < stop else gaps


def _merge(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for a, b in sorted(spans):
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged
