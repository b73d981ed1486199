"""Heart rate and number of flagged beats along a recording, in bins of equal length."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.features.rhythm_context import RR_LIMITS_S
from ecg_anomaly.triage.unreadable import SHORTEST_NO_BEAT_S

#: Lengths of a bin that are easy to read off an axis, in s; the first one is used with which a
#: recording has no more than `MOST_BINS`.
BIN_LENGTHS_S = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
MOST_BINS = 300

#: Share of the intervals of a bin that its range leaves out on either side.
TAIL = 0.05


@dataclass(frozen=True)
class Bins:
    """A recording in k bins.

    Attributes
    ----------
    length_s : float
        Length of a bin in s; the last one may be shorter.
    low_bpm, median_bpm, high_bpm : (k,) float64
        Heart rate from beat to beat: its 5 %, 50 % and 95 % quantile in beats per minute; NaN
        where no interval between readable beats ends.
    readable, flagged : (k,) int64
        Beats that could be read, and those of them that were flagged.
    """

    length_s: float
    low_bpm: NDArray[np.float64]
    median_bpm: NDArray[np.float64]
    high_bpm: NDArray[np.float64]
    readable: NDArray[np.int64]
    flagged: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.readable)


def bin_beats(decisions: BeatDecisions, duration_s: float) -> Bins:
    """Count the beats of each bin and take the quantiles of its heart rate.

    Parameters
    ----------
    decisions : BeatDecisions
        In the order of time; may be of no beat.
    duration_s : float
        Length of the recording in s.
    """
    fitting = (s for s in BIN_LENGTHS_S if duration_s <= s * MOST_BINS)
    length_s = float(next(fitting, np.ceil(duration_s / MOST_BINS)))
    n_bins = max(1, int(np.ceil(duration_s / length_s)))
    place = np.minimum(decisions.time_s // length_s, n_bins - 1).astype(np.int64)
    readable = decisions.unreadable == ""
    low, median, high = _heart_rates(decisions.rr_s, readable, place, n_bins)
    return Bins(
        length_s,
        low,
        median,
        high,
        np.bincount(place[readable], minlength=n_bins),
        np.bincount(place[decisions.anomalous], minlength=n_bins),
    )


def find_longest_interval(
    decisions: BeatDecisions, without: Iterable[tuple[float, float]] = ()
) -> tuple[float, float] | None:
    """Find the longest interval between two neighbouring readable beats.

    Parameters
    ----------
    decisions : BeatDecisions
    without : iterable of (float, float)
        Start and end in s of spans; intervals that reach into one do not count.

    Returns
    -------
    (float, float) or None
        Its length and its start in s; None when there is none other than across missing signal
        or segments without beats, see `ecg_anomaly.triage.unreadable.SHORTEST_NO_BEAT_S`.
    """
    readable, time_s = decisions.unreadable == "", decisions.time_s
    rr = decisions.rr_s[1:]
    rr = np.where(readable[1:] & readable[:-1] & (rr < SHORTEST_NO_BEAT_S), rr, 0.0)
    for start_s, end_s in without:
        rr[(time_s[1:] > start_s) & (time_s[:-1] < end_s)] = 0.0
    if not rr.any():
        return None
    row = int(rr.argmax())
    return float(rr[row]), float(time_s[row])


def _heart_rates(
    rr_s: NDArray[np.float64],
    readable: NDArray[np.bool_],
    place: NDArray[np.int64],
    n_bins: int,
) -> tuple[NDArray[np.float64], ...]:
    """Quantiles of each bin; beats are in the order of time, and so of bins."""
    rr = rr_s[1:]  # the first has none; NaN is never known
    known = readable[1:] & readable[:-1] & (rr > 0) & (rr <= RR_LIMITS_S[1])
    rate, counts = 60.0 / rr[known], np.bincount(place[1:][known], minlength=n_bins)
    first = np.cumsum(counts) - counts
    for rates in np.split(rate, first[1:]):
        rates.sort()  # in place
    rows = [first + np.rint(q * (counts - 1)).astype(np.int64) for q in (TAIL, 0.5, 1 - TAIL)]
    padded = np.append(rate, np.nan)
    low, median, high = (np.where(counts > 0, padded[np.maximum(row, 0)], np.nan) for row in rows)
    return low, median, high
