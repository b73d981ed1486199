"""Compare the beats of a single record with its past, as the package does for many at once."""

import numpy as np

from ecg_anomaly.features.look_back import look_back_together
from ecg_anomaly.features.rhythm_comparison import compare_last, take_last
from ecg_anomaly.features.rhythm_context import RhythmContext
from ecg_anomaly.features.two_histories import TwoHistories


def compare_rhythm(previous_s, minutes, local_beats, since=0) -> RhythmContext:
    """Compare the intervals of consecutive beats from row `since` on, see `compare_last`."""
    rows = since + np.arange(len(minutes.mean_s))
    return compare_last(take_last(previous_s, rows, local_beats + 1), rows, minutes)


def look_back(beats, regular_rr, windows, most, window) -> TwoHistories:
    """Summarise the minutes of one record, see `look_back_together`."""
    (found,) = look_back_together([(beats, windows)], regular_rr, most, window)
    return found
