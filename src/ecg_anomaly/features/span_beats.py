"""Beats chosen from spans of a record, of which summaries are made, and which are in rhythm."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.row_choice import RowChoice

#: A beat is on time if its interval is longer than `EARLY` times the one before, and has no pause
#: after it if the next interval is shorter than `PAUSE` times its own.
EARLY, PAUSE = 0.88, 1.15


class SpanBeats(NamedTuple):
    """Beats chosen from some spans of a record.

    Attributes
    ----------
    waveform : (n, window, n_leads) float32
        In mV.
    recent, on_time : RowChoice
        Readable beats of each span, and those of them that may enter the template.
    in_rhythm : (n,) bool
        Beats that come on time and without a pause after them, see `mark_in_rhythm`.
    low, high : (n_spans,) int
        Rows of each span, from `low` up to and without `high`, whose neighbours are in it too:
        others are not taken to be in rhythm.
    """

    waveform: NDArray[np.float32]
    recent: RowChoice
    on_time: RowChoice
    in_rhythm: NDArray[np.bool_]
    low: NDArray[np.intp]
    high: NDArray[np.intp]

    def find_in_rhythm(self, chosen: RowChoice, spans: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Tell which beats chosen from some spans are in rhythm, (len(spans), most) bool."""
        inside = (chosen.index >= self.low[spans, None]) & (chosen.index < self.high[spans, None])
        return self.in_rhythm[chosen.index] & inside


def mark_in_rhythm(previous_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark beats that come on time and without a pause after them, (n,) bool.

    Parameters
    ----------
    previous_s : (n,) float64
        RR interval before each of consecutive beats in s. Where it, the one before or the one after
        is unknown (NaN) the beat is not marked, nor are the first and the last.
    """
    in_rhythm = np.zeros(len(previous_s), bool)
    before, own, after = previous_s[:-2], previous_s[1:-1], previous_s[2:]
    in_rhythm[1:-1] = (own > EARLY * before) & (after < PAUSE * own)
    return in_rhythm
