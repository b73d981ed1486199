"""Average samples down to the rate at which R peaks are looked for, and mark missing ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.r_peaks.lead_energy import BLOCK_S
from ecg_anomaly.beats.r_peaks.sliding import Signal

#: The energy holds little above 40 Hz, so samples are averaged to a rate of 100 to 200 Hz.
LEAST_RATE_HZ = 100.0


@dataclass(frozen=True)
class Grid:
    """Averaged samples and blocks of them, counted from the first sample of a recording.

    Attributes
    ----------
    step : int
        Number of samples that are averaged to one.
    rate : float
        Averaged samples per second.
    size : int
        Averaged samples per block.
    """

    step: int
    rate: float
    size: int

    @classmethod
    def of(cls, fs: float) -> "Grid":
        """Return the grid of a sampling rate in Hz; ValueError when it is not positive."""
        if not fs > 0:
            raise ValueError(f"fs must be positive but got {fs}.")
        step = max(1, int(fs // LEAST_RATE_HZ))
        return cls(step, fs / step, max(1, round(BLOCK_S * fs / step)))


def average(raw: Signal, step: int) -> Signal:
    """Average every `step` samples, ``(n_leads, n * step)`` to ``(n_leads, n)`` float32."""
    mean = np.array(raw[:, ::step], np.float32, order="C")
    for offset in range(1, step):
        mean += raw[:, offset::step]
    mean /= np.float32(step)
    return mean


def find_gaps(leads: Signal) -> NDArray[np.bool_] | None:
    """Mark averaged samples that were not recorded; None where all were."""
    known = np.isfinite(leads)
    return None if known.all() else ~known


def fill(leads: Signal, gap: NDArray[np.bool_] | None) -> Signal:
    """Put 0 into ``(n_leads, n)`` samples where `gap`, of the same shape, is True."""
    return leads if gap is None else np.where(gap, np.float32(0), leads)


def concatenate_time(pieces: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """Concatenate ``(n_leads, n)`` pieces along time; a single one is not copied."""
    return pieces[0] if len(pieces) == 1 else np.concatenate(pieces, axis=-1)


def split_time(joined: NDArray[Any], lengths: Sequence[int]) -> Iterator[NDArray[Any]]:
    """Yield views of the pieces that `concatenate_time` joined, given their lengths."""
    edge = 0
    for length in lengths:
        yield joined[..., edge : edge + length]
        edge += length


def find_marked(marks: NDArray[np.bool_], lengths: Sequence[int]) -> list[tuple[int, int, int]]:
    """Find the first and the last mark in each of the pieces that `concatenate_time` joined.

    Parameters
    ----------
    marks : (n,) bool
    lengths : sequence of int
        Of the pieces.

    Returns
    -------
    list of (int, int, int)
        Of the pieces that have a mark: its number, and both places, counted from its beginning.
    """
    places = np.flatnonzero(marks)
    if not len(places):
        return []
    edges = list(accumulate(lengths, initial=0))
    rows = pairwise(places.searchsorted(edges).tolist())
    return [
        (piece, int(places[low]) - edge, int(places[high - 1]) - edge)
        for piece, ((low, high), edge) in enumerate(zip(rows, edges, strict=False))
        if low < high
    ]
