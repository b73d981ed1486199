"""Read the time of each row of a table, measure the sampling rate with it, and find gaps."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

#: Units that a column of time may be in, in s, the usual ones first; the last is Excel's day.
GUESSES = (1.0, 1e-3, 1e-6, 1e-9, 86400.0)

#: A rate that a column says and one that a user says differ by more than this when they contradict.
TOLERANCE = 0.02

#: Share of equal times from which on they are coarser than the samples.
COARSE_SHARE = 0.1

#: Rows of one time from which on their usual number tells the rate.
MANY_ROWS = 20

DAY_S = 86400.0

#: A time of day, with or without a date before it.
CLOCK = (
    r"^\W*(?:(?P<date>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})[T ,]+)?"
    r"(?:(?P<h>\d+):)?(?P<m>\d{1,2}):(?P<s>\d{1,2}(?:[.,]\d+)?)(?:\s*(?P<half>[AaPp])[Mm])?"
)

Times = NDArray[np.float64]


@dataclass(frozen=True)
class Steps:
    """How the times of the first rows advance.

    Attributes
    ----------
    step : float
        Mean time from row to row, gaps excluded.
    coarse : float
        Time between two different times where many rows have the same one, else 0.
    steady : float
        Standard deviation of the steps over their mean.
    """

    step: float
    coarse: float
    steady: float


def parse_clock(texts: Any) -> Times:
    """Read times such as ``2023-01-01 10:00:00.004`` or ``0:59.996``.

    Parameters
    ----------
    texts : pyarrow array of str or of timestamps
        Of a column.

    Returns
    -------
    (n,) float64
        Seconds; NaN where there is no time. Without a date, of a day.
    """
    from pyarrow import compute, float64, int64, timestamp, types

    if types.is_timestamp(texts.type):
        found = texts.cast(timestamp("ns")).cast(int64()).to_numpy(zero_copy_only=False)
        return np.asarray(found, dtype=np.float64) * 1e-9
    parts = compute.extract_regex(texts, pattern=CLOCK)
    seconds = np.zeros(len(texts))
    for name, factor in (("h", 3600.0), ("m", 60.0), ("s", 1.0)):
        text = compute.replace_substring(compute.struct_field(parts, name), ",", ".")
        text = compute.if_else(compute.equal(text, ""), "0", text)
        seconds += factor * text.cast(float64()).to_numpy(zero_copy_only=False)
    half = compute.utf8_upper(compute.struct_field(parts, "half"))
    for letter, at_twelve, otherwise in (("P", 0.0, 12.0), ("A", -12.0, 0.0)):
        marked = np.asarray(compute.fill_null(compute.equal(half, letter), False))
        twelve = np.floor(seconds / 3600) == 12
        seconds[marked] += 3600 * np.where(twelve, at_twelve, otherwise)[marked]
    dates = compute.struct_field(parts, "date").dictionary_encode()
    days = np.array([_day(str(text)) for text in dates.dictionary.to_pylist()] or [0.0])
    codes = dates.indices.to_numpy(zero_copy_only=False)
    known = np.isfinite(np.asarray(codes, dtype=np.float64))
    seconds[known] += DAY_S * days[codes[known].astype(np.int64)]
    return seconds


def _day(date: str) -> float:
    """Return the number of a day; of a date that is not in ISO order days and months may differ."""
    parts = [int(x) for x in re.split("[-/.]", date) if x.isdigit()]
    if len(parts) != 3:
        return 0.0
    year, month, day = parts if parts[0] > 31 else (parts[2], *sorted(parts[:2]))
    try:
        return float(np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D").astype(np.int64))
    except ValueError:
        return float(day)


def measure_steps(times: Times) -> Steps | None:
    """Measure how the first times advance; None when they do not."""
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
        step = usual / float(np.median(rows))  # the rows at the ends of runs are not all there
    return Steps(step, coarse, float(near.std() / step))


def find_unit(steps: Steps, stated: float | None, fs: float | None) -> float | None:
    """Find how many seconds one unit of a column of time is.

    Parameters
    ----------
    steps : Steps
        Of the column.
    stated : float or None
        From its name.
    fs : float or None
        Sampling rate that the user states, Hz.

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
        Of the column, in s.
    fs : float
        Sampling rate, Hz.

    Returns
    -------
    row, n_missing : (m,) int64
        Ascending. A negative number marks a row whose time lies before that of the row above it.
    """
    known = np.flatnonzero(np.isfinite(times))
    rows, late = np.diff(known), np.diff(times[known])
    late = np.where(late < -DAY_S / 2, late + DAY_S, late)  # a clock passes midnight
    missing = late - rows / fs if not steps.coarse else late - np.maximum(rows / fs, steps.coarse)
    least = max(0.5 / fs, 1.5 * steps.coarse, 4 * steps.steady * steps.step)
    ahead, back = missing > least, late < -max(2 / fs, steps.coarse)
    at = np.flatnonzero(ahead | back)
    n_missing = np.where(back[at], -1, np.rint(missing[at] * fs)).astype(np.int64)
    return known[at + 1][n_missing != 0], n_missing[n_missing != 0]
