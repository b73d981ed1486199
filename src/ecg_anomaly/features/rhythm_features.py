"""Features of the rhythm around a beat: its RR intervals against those of the last minutes.

All ratios are natural logarithms, so that half and double are equally far from 0. What a beat's
intervals are compared with is kept apart from the intervals (`RhythmContext`), so that the same
formulas describe recorded and synthetic beats.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.interval_summary import UNKNOWN_RR_S
from ecg_anomaly.features.rhythm_context import Intervals, RhythmContext

RHYTHM_FEATURES = (
    "rr_previous_to_mean",
    "rr_previous_to_local",
    "rr_next_to_mean",
    "rr_next_to_local",
    "rr_previous_change",
    "rr_next_to_previous",
    "rr_before_previous_to_mean",
    "rr_irregularity",
    "rr_mean",
    "rr_place_in_range",
    "rr_range_low",
    "rr_range_high",
    "rr_previous_to_hour",
    "rr_mean_to_hour",
    "rr_hour_low",
    "rr_hour_high",
)

#: Log ratios beyond are all equally extreme.
_CLIP = 2.5

_LOG_UNKNOWN = np.log(UNKNOWN_RR_S)


def compute_rhythm(intervals: Intervals, context: RhythmContext) -> NDArray[np.float64]:
    """Compute the rhythm features.

    Returns
    -------
    (n, 16) float64
        Columns `RHYTHM_FEATURES`.
    """
    rr, following = np.log(intervals.previous_s), np.log(intervals.next_s)
    compared = (context.mean_s, context.local_s, context.before_s, context.hour_mean_s)
    mean, local, before, hour = (np.log(value) for value in compared)
    spread = np.maximum(context.high - context.low, 0.05)
    columns = [
        rr - mean,
        rr - local,
        following - mean,
        following - local,
        rr - before,
        following - rr,
        before - mean,
        np.log(context.irregularity + 0.01) + 3.0,
        mean - _LOG_UNKNOWN,
        (rr - mean - context.low) / spread / 2.0 - 0.25,
        context.low,
        context.high,
        rr - hour,
        mean - hour,
        context.hour_low,
        context.hour_high,
    ]
    return np.minimum(np.maximum(np.array(columns), -_CLIP), _CLIP).T
