"""Estimate the sampling rate of packets of samples from arrival times, and find lost samples.

A heart strap sends some dozen samples at a time, and each packet is stamped when it arrives, which
may be seconds late but never early. So a single stamp says little, but the least delayed one of
half a minute is nearly exact: samples that were only late catch up within that time, and a lasting
delay means that samples were lost.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Seconds within which a delayed packet and all that waited behind it have arrived.
LATEST_S = 30.0

#: Least number of half minutes to which a rate is fitted: with fewer the nominal rate is better.
#: Relative difference of straps from their nominal rate.
FITTED_FROM, USUAL_ERROR = 4, 0.02

#: Largest relative difference between the nominal rate and that of the stamps.
MOST_OFF = 0.1

#: Shortest gap in s; half the time between two packets if that is more.
SHORTEST_GAP_S = 0.15

#: Largest number of samples lost at a time, to which larger ones are clipped.
MOST_LOST = 1 << 40


@dataclass(frozen=True)
class PacketClock:
    """Sampling rate and gaps of a stream of samples.

    Attributes
    ----------
    fs : float
        Sampling rate in Hz.
    rows : (n_gaps,) int64
        Samples before which some were lost, ascending.
    lost : (n_gaps,) int64
        Number of samples lost before each.
    """

    fs: float
    rows: NDArray[np.int64]
    lost: NDArray[np.int64]


def fit_clock(stamps: NDArray[np.float64], nominal: float) -> PacketClock:
    """Estimate rate and gaps from the arrival times of samples.

    Parameters
    ----------
    stamps : (n,) float64
        Arrival time of each sample in s; not finite for samples without a stamp.
    nominal : float
        Nominal sampling rate in Hz; 0 or NaN where none is stated.

    Returns
    -------
    PacketClock
        With the nominal rate, unless the recording is long enough for a better estimate.
    """
    stamps, nominal = _fill(stamps), nominal if 0 < nominal < np.inf else 0.0
    interval, first = _packets(stamps, nominal)
    shortest = max(SHORTEST_GAP_S, interval / 2)
    steps = np.diff(stamps)
    jumps = np.flatnonzero(steps > interval + shortest) + 1
    steps[jumps - 1] = interval
    fs, fitted = _choose_rate(stamps[first - 1 :], float(steps[first - 1 :].sum()), nominal)
    rows, lost = list[int](), list[int]()
    if fs > 0:
        delay = stamps - np.arange(len(stamps)) / fs
        width = max(2, int(min(LATEST_S * fs, len(delay))))
        least = shortest + (0.0 if fitted else USUAL_ERROR * width / fs)
        for row in jumps.tolist():
            start = max(rows[-1] if rows else 0, row - width)
            seconds = float(delay[row : row + width].min() - delay[start:row].min())
            if seconds > least:
                rows.append(row)
                lost.append(int(min(seconds * fs + 0.5, MOST_LOST)))
    return PacketClock(fs, np.array(rows, dtype=np.int64), np.array(lost, dtype=np.int64))


def _fill(stamps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Interpolate the stamps of samples without one."""
    known = np.abs(stamps) < 1e12
    if known.all():
        return stamps
    rows = np.arange(len(stamps))
    return np.interp(rows, rows[known], stamps[known]) if known.any() else np.zeros(len(stamps))


def _packets(stamps: NDArray[np.float64], nominal: float) -> tuple[float, int]:
    """Return the median time between packets in s, and the number of samples in the first one.

    A packet may be a single sample. The samples of one arrive within microseconds.
    """
    steps = np.diff(stamps)
    mean = float(steps.clip(min=0).mean()) if len(steps) else 0.0
    between = np.flatnonzero(steps > (1 / nominal if nominal else mean) / 4)
    if not len(between):
        return mean, 1
    return float(np.median(steps[between])), int(between[0]) + 1


def _choose_rate(stamps: NDArray[np.float64], seconds: float, nominal: float) -> tuple[float, bool]:
    """Return the sampling rate, and whether it was fitted to enough packets to be exact.

    Parameters
    ----------
    stamps : (n,) float64
        Stamps from the last sample of the first packet on.
    seconds : float
        Time from the first to the last of them, without gaps.
    nominal : float
        Nominal rate in Hz, 0 where none is stated.
    """
    mean = (len(stamps) - 1) / seconds if seconds > 0 else 0.0
    sure = nominal and (mean == 0 or abs(mean / nominal - 1) <= MOST_OFF)
    fs = nominal if sure or seconds < 1 else mean
    size = int(min(LATEST_S * fs, len(stamps))) if fs > 0 else 0
    n_blocks = len(stamps) // size if size else 0
    if n_blocks < FITTED_FROM:
        return fs, False
    delay = stamps - np.arange(len(stamps)) / fs
    first = delay[: n_blocks * size].reshape(n_blocks, size).argmin(axis=1)
    first += np.arange(n_blocks) * size  # the least delayed sample of each half minute
    slope = float(np.median(np.diff(delay[first]) / np.diff(first)))
    period = 1 / fs + slope
    return (1 / period, True) if period > 0 else (fs, False)
