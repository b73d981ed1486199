"""Estimate the baseline of a lead: a line fitted to its last seconds, QRS complexes left out.

A live detector cannot wait for the signal that follows, so the line ends a few hundredths of a
second after the sample it is evaluated at. It follows an offset and a linear drift without delay. A
least-squares line would be pulled up by every QRS complex; weights keep steep signal out of it.

The lead is averaged in cells of some samples, and between the edges of cells the baseline is
straight: it holds nothing fast, so this costs nothing but a fifth of the time.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.excerpts import Reach

Values = NDArray[np.float64]

#: Length of a cell in s, and number of cells after the edge at which the line is evaluated that the
#: line is fitted to.
CELL_S, CELLS_AHEAD = 1 / 24, 1

#: Cells that are worked on at a time: their arrays fit into a processor's cache.
SLAB_CELLS = 8192

#: Variation of the lead within a cell, in mV, at which the cell has half the weight of a flat one.
STEEP_MV = 0.05


def baseline_reach(window_s: float, fs: float) -> Reach:
    """Return how much of a lead the baseline of a sample depends on.

    Parameters
    ----------
    window_s : float
        Length in s of the signal that a line is fitted to.
    fs : float
        Sampling rate of the lead in Hz.
    """
    size = cell_size(fs)
    # The sample may lie at either end of its cell; one sample more tells how steep a cell is.
    back = (_n_cells(window_s, fs) - CELLS_AHEAD + 1) * size
    return Reach(back / fs, ((1 + CELLS_AHEAD) * size - 1) / fs)


def estimate_baseline(
    lead: NDArray[np.float32], around: range, wanted: range, window_s: float, fs: float
) -> Values:
    """Estimate the baseline of a part of a lead.

    Parameters
    ----------
    lead : (len(around),) float32
        In mV, without gaps.
    around : range
        Samples of the recording that `lead` holds: `baseline_reach` further than `wanted`, or to
        the ends of the recording, beyond which the cells at the ends repeat.
    wanted : range
        Samples of the recording whose baseline is estimated; at least one.
    window_s, fs : float
        As for `baseline_reach`.

    Returns
    -------
    (len(wanted),) float64
        In mV, the same to the last bit wherever the part begins.
    """
    size, n_cells, found = cell_size(fs), _n_cells(window_s, fs), np.empty(len(wanted))
    start = wanted.start
    while start < wanted.stop:
        part = range(start, min((start // size + SLAB_CELLS) * size, wanted.stop))
        level = _fit_lines(lead, around, part, size, n_cells)
        first = start - start // size * size
        rows = slice(start - wanted.start, part.stop - wanted.start)
        found[rows] = _draw_between(level, size)[first : first + len(part)]
        start = part.stop
    return found


def _draw_between(level: Values, size: int) -> Values:
    """Return the samples on the straight lines between the levels at the edges of cells."""
    rise, drawn = np.diff(level), np.empty((len(level) - 1) * size)
    for at in range(size):
        np.add(rise * ((at + 0.5) / size), level[:-1], out=drawn[at::size])
    return drawn


def _fit_lines(
    lead: NDArray[np.float32], around: range, wanted: range, size: int, n_cells: int
) -> Values:
    """Fit a line up to each edge of the cells that samples lie in, and evaluate it there."""
    edges = range(wanted.start // size, (wanted.stop - 1) // size + 2)
    cells = range(edges.start - n_cells + CELLS_AHEAD, edges.stop - 1 + CELLS_AHEAD)
    mean, span = _average_cells(lead, around, cells, size)
    weight = STEEP_MV / (span + STEEP_MV)
    s0, s1, s2 = _sum_moments(weight, 2, n_cells)
    t0, t1 = _sum_moments(weight * mean, 1, n_cells)
    slope = (s0 * t1 - s1 * t0) / (s0 * s2 - s1 * s1)
    return np.asarray((t0 - slope * s1) / s0 + slope * (n_cells - CELLS_AHEAD - 0.5), np.float64)


def cell_size(fs: float) -> int:
    """Return how many samples are averaged to a cell, at a rate in Hz; cells lie on that grid."""
    return max(1, round(CELL_S * fs))


def _n_cells(window_s: float, fs: float) -> int:
    return max(3, round(window_s * fs / cell_size(fs)))


def _average_cells(
    lead: NDArray[np.float32], around: range, cells: range, size: int
) -> tuple[Values, Values]:
    """Mean of each cell, and how far the lead varies from the sample before it to its last one."""
    known = range(max(cells.start, 0), min(cells.stop, -(-around.stop // size)))
    low, high = known.start * size - 1, known.stop * size
    inside = lead[max(low - around.start, 0) : high - around.start]
    # Only at the ends of the recording samples are lacking: before the first, and in the last cell.
    padding = max(around.start - low, 0), max(high - around.stop, 0)
    inside = _repeat_edges(inside, padding) if any(padding) else inside
    last, *samples = (inside[at::size][: len(known)] for at in range(size + 1))
    total, lowest, highest = np.zeros(len(known)), last.copy(), last.copy()
    for column in samples:
        total += column
        np.minimum(lowest, column, out=lowest)
        np.maximum(highest, column, out=highest)
    repeated = known.start - cells.start, cells.stop - known.stop
    mean, span = total / size, np.subtract(highest, lowest, dtype=np.float64)
    if any(repeated):
        mean, span = (_repeat_edges(values, repeated) for values in (mean, span))
    return mean, span


def _repeat_edges(values: NDArray[Any], times: tuple[int, int]) -> NDArray[Any]:
    """Repeat the first and the last value; ``np.pad`` takes ten times as long for a few."""
    before, after = times
    found = np.empty(before + len(values) + after, values.dtype)
    found[:before], found[before : before + len(values)] = values[0], values
    found[before + len(values) :] = values[-1]
    return found


def _sum_moments(values: Values, order: int, width: int) -> list[Values]:
    """Sum ``values * x**k`` over every `width` neighbours, numbered x = 0, 1 ..., for each k.

    Sums of longer runs are made of those of shorter ones, always in the same order.
    """
    n, start, power = len(values) - width + 1, 0, 1
    level = [values] + [np.zeros_like(values)] * order
    total: list[Values] = []
    while width:
        if width & 1:
            piece = [part[start : start + n] for part in level]
            total = _join_moments(total, piece, start) if total else piece
            start += power
        width >>= 1
        if width:
            halves = [part[:-power] for part in level], [part[power:] for part in level]
            level = _join_moments(*halves, power)
            power *= 2
    return total


def _join_moments(left: list[Values], right: list[Values], length: int) -> list[Values]:
    """Return the moments of a run of values from those of its first `length` and of the rest."""
    moved = right[1] + length * right[0]
    joined = [left[0] + right[0], left[1] + moved]
    if len(left) > 2:
        joined.append(left[2] + (right[2] + length * (right[1] + moved)))
    return joined
