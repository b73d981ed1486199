"""Measure the sampling rate of a table by the times of its rows, and find gaps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.tables.clock_times import DAY_S, Times

#: Units that a column of time may be in, in s, the usual ones first; the last is Excel's day.
GUESSES = (1.0, 1e-3, 1e-6, 1e-9, 86400.0)

#: Largest relative difference between the rate of a column and the one that the user states.
TOLERANCE = 0.02

#: Share of rows with the time of the row before, above which times are coarser than samples.
COARSE_SHARE = 0.1

#: Rows per time, above which the rate is computed from the median number of rows per time.
MANY_ROWS = 20


@dataclass(frozen=True)
class Steps:
    """The steps between the times of the first rows, in the unit of the times.

    Attributes
    ----------
    step : float
        Mean time from row to row, gaps excluded.
    coarse : float
        Time between two different times where many rows share one, else 0.
    jitter : float
        Standard deviation of the steps divided by their mean.
    """

    step: float
    coarse: float
    jitter: float


def measure_steps(times: Times) -> Steps | None:
    """Measure the steps of the first times, (n,) float64; None when they do not advance."""
    times = times[np.isfinite(times)]
    steps = np.diff(times)
    forward = steps[steps > 0]
    if len(times) < 3 or not len(forward) or (steps < 0).mean() > 0.01:
        return None
    usual = float(np.median(forward))
    near = steps[(steps >= 0) & (steps <= 1.5 * usual)]
    coarse = usual if (near == 0).mean() > COARSE_SHARE else 0.0
    step = float(near.mean())
    rows = np.diff(np.flatnonzero(steps > 0))
    if coarse and len(rows) and np.median(rows) >= MANY_ROWS:
        step = usual / float(np.median(rows))  # the first and the last time may lack rows
    return Steps(step, coarse, float(near.std() / step))


def find_unit(steps: Steps, stated: float | None, fs: float | None) -> float | None:
    """Find the number of seconds per unit of a column of time.

    Parameters
    ----------
    steps : Steps
        Steps of the column.
    stated : float or None
        Seconds per unit by the name of the column.
    fs : float or None
        Sampling rate that the user states, in Hz.

    Returns
    -------
    float or None
        None when the column counts samples of an unknown rate.
    """
    if stated is not None:
        return stated
    counts = abs(steps.step - 1) < 1e-6 and not steps.coarse
    if fs is not None:
        if counts:
            return 1 / fs
        fitting = [u for u in GUESSES if abs(steps.step * u * fs - 1) < TOLERANCE]
        if fitting:
            return fitting[0]
    elif counts:
        return None
    return 1.0 if steps.step < 0.05 or steps.coarse else 1e-3


def find_time_gaps(
    times: Times, steps: Steps, fs: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find rows before which samples are missing.

    Parameters
    ----------
    times : (n,) float64
        In s; NaN where a row states none.
    steps : Steps
        Steps of the column, in s.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    row, n_missing : (m,) int64
        Rows, ascending, and the samples missing before each. A negative number marks a row whose
        time lies before that of the row above it.
    """
    known = np.flatnonzero(np.isfinite(times))
    rows, late = np.diff(known), np.diff(times[known])
    late = np.where(late < -DAY_S / 2, late + DAY_S, late)  # a clock passes midnight
    missing = late - rows / fs if not steps.coarse else late - np.maximum(rows / fs, steps.coarse)
    least = max(0.5 / fs, 1.5 * steps.coarse, 4 * steps.jitter * steps.step)
    ahead, back = missing > least, late < -max(2 / fs, steps.coarse)
    at = np.flatnonzero(ahead | back)
    n_missing = np.where(back[at], -1, np.rint(missing[at] * fs)).astype(np.int64)
    return known[at + 1][n_missing != 0], n_missing[n_missing != 0]


def join_runs(
    gaps: list[tuple[int, int]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Turn gaps into runs of rows without a gap: first row of each run, and its sample.

    Parameters
    ----------
    gaps : list of (int, int)
        Row before which samples are missing, and how many are, in order.

    Returns
    -------
    row, sample : (n_gaps + 1,) int64
        First row of each run, and the sample of the recording at which it lies; from 0.
    """
    rows = np.array([0, *(row for row, _ in gaps)], dtype=np.int64)
    lost = np.array([0, *(count for _, count in gaps)], dtype=np.int64)
    return rows, rows + np.cumsum(lost)
