"""Turn clock times, with or without a date, into seconds."""

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

DAY_S = 86400.0

#: A time of day, with or without a date before it.
CLOCK = (
    r"^\W*(?:(?P<date>\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})[T ,]+)?"
    r"(?:(?P<h>\d+):)?(?P<m>\d{1,2}):(?P<s>\d{1,2}(?:[.,]\d+)?)(?:\s*(?P<half>[AaPp])[Mm])?"
)

Times = NDArray[np.float64]


def parse_clock(texts: Any) -> Times:
    """Read times such as ``2023-01-01 10:00:00.004``, ``05/06/2023 10:00:00`` or ``0:59.996``.

    Parameters
    ----------
    texts : pyarrow array of str or of timestamps
        Consecutive values of a column.

    Returns
    -------
    (n,) float64
        Seconds since 1970, or since midnight for times without a date; NaN where there is no time.
        Only differences within `texts` are sure: whether the day or the month of ``05/06/2023``
        comes first is decided for them together, see `number_days`.
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
    days = number_days([str(text) for text in dates.dictionary.to_pylist()] or [""])
    codes = dates.indices.to_numpy(zero_copy_only=False)
    known = np.isfinite(np.asarray(codes, dtype=np.float64))
    seconds[known] += DAY_S * days[codes[known].astype(np.int64)]
    return seconds


def number_days(dates: list[str]) -> NDArray[np.float64]:
    """Return the number of each day, counted from 1970.

    Where a date may be read with the day or with the month first, all are read in the order that
    makes more of them valid, or else lets them lie closer together: consecutive rows of a recording
    that runs past midnight are a day apart, not a month. With points the day comes first.

    Parameters
    ----------
    dates : list of str
        Such as ``2023-06-05``, ``05/06/2023`` or ``5.6.2023``; another text has the number 0.

    Returns
    -------
    (n,) float64

    Examples
    --------
    >>> np.diff(number_days(["05/06/2023", "06/06/2023"]))
    array([1.])
    >>> np.diff(number_days(["05/31/2023", "06/01/2023"]))
    array([1.])
    """
    orders = [np.array([_number_day(date, day_first) for date in dates]) for day_first in (1, 0)]
    days = min(orders, key=lambda days: (np.isnan(days).sum(), _spread(days)))
    return np.where(np.isnan(days), 0.0, days)


def _number_day(date: str, day_first: int) -> float:
    """Return the number of a day, NaN if there is no such day, 0 for what is no date."""
    parts = [int(x) for x in re.split("[-/.]", date) if x.isdigit()]
    if len(parts) != 3:
        return 0.0
    if parts[0] > 31:
        year, month, day = parts
    else:
        first, second, year = parts
        day, month = (first, second) if day_first or "." in date else (second, first)
    try:
        return float(np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D").astype(np.int64))
    except ValueError:
        return np.nan


def _spread(days: NDArray[np.float64]) -> float:
    known = days[np.isfinite(days)]
    return float(np.ptp(known)) if len(known) else 0.0
