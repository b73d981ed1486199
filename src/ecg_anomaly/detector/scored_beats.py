"""Readable beats that are to be scored, and their scores and flags."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.asked_beats import AskedBeats
from ecg_anomaly.features.rhythm_context import Intervals


@dataclass(frozen=True)
class ReadableBeats:
    """Readable beats of one recording that are read on the same leads.

    Attributes
    ----------
    rows : (n,) int
        Their rows among the beats that are decided on together.
    asked : AskedBeats
        The beats, and the leads and the past that they are compared with.
    measured : Intervals
        Their intervals, NaN where so much signal is missing that a beat may be lost in it.
    leads : tuple of str
        Names of the leads they are read on.
    name : str
        Of the recording.
    time_s : (n,) float64
        R peaks in s.
    """

    rows: NDArray[np.intp]
    asked: AskedBeats
    measured: Intervals
    leads: tuple[str, ...]
    name: str
    time_s: NDArray[np.float64]


@dataclass(frozen=True)
class ScoredBeats:
    """Scores and flags of `ReadableBeats`: all arrays are (n,), as in `BeatDecisions`.

    Attributes
    ----------
    rows : int
        As of the `ReadableBeats`.
    score : float64
    quality : float32
        From 1, without noise, to 0, lowered for some seconds after noise, see
        `ecg_anomaly.beats.beat_quality.limit_by_recent_quality`. Scores in doubt are lowered.
    flagged : bool
    reason, aami : object
        ``""`` for a beat that is not flagged.
    probability : float32
        NaN for a beat that is not flagged.
    ventricular, fusion : float32
        Of every beat.
    """

    rows: NDArray[np.intp]
    score: NDArray[np.float64]
    quality: NDArray[np.float32]
    flagged: NDArray[np.bool_]
    reason: NDArray[np.object_]
    aami: NDArray[np.object_]
    probability: NDArray[np.float32]
    ventricular: NDArray[np.float32]
    fusion: NDArray[np.float32]

    def select(self, part: slice, rows: NDArray[np.intp]) -> "ScoredBeats":
        """Return the scores of a part of the beats, which has these rows."""
        return ScoredBeats(
            rows, self.score[part], self.quality[part], self.flagged[part], self.reason[part],
            self.aami[part], self.probability[part], self.ventricular[part], self.fusion[part],
        )  # fmt: skip
