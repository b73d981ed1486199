"""Readable beats that are to be scored, and their scores and flags."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.asked_beats import AskedBeats
from ecg_anomaly.features.rhythm_context import Intervals


class ReadableBeats(NamedTuple):
    """Readable beats of one recording that are read on the same leads.

    Attributes
    ----------
    asked : AskedBeats
        The beats, and the leads and the past that they are compared with.
    leads : tuple of str
        Names of the leads they are read on.
    name : str
        Of the recording.
    """

    asked: AskedBeats
    leads: tuple[str, ...]
    name: str

    @property
    def rows(self) -> NDArray[np.intp]:
        """Their rows among the beats of the recording that are decided on together, (n,) int."""
        return self.asked.rows

    @property
    def measured(self) -> Intervals:
        """Their intervals, NaN where so much signal is missing that a beat may be lost in it."""
        return self.asked.ready.measured.select(self.rows)

    @property
    def time_s(self) -> NDArray[np.float64]:
        """R peaks in s, (n,) float64."""
        return self.asked.ready.known.time_s[self.asked.own]


@dataclass(frozen=True)
class ScoredBeats:
    """Scores and flags of `ReadableBeats`, of one recording after the other.

    All arrays are (n,), as in `BeatDecisions`.

    Attributes
    ----------
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

    score: NDArray[np.float64]
    quality: NDArray[np.float32]
    flagged: NDArray[np.bool_]
    reason: NDArray[np.object_]
    aami: NDArray[np.object_]
    probability: NDArray[np.float32]
    ventricular: NDArray[np.float32]
    fusion: NDArray[np.float32]

    def spread(self, rows: NDArray[np.intp], quality: NDArray[np.float32]) -> "ScoredBeats":
        """Put the beats into rows among others, which were not scored and are not flagged.

        Parameters
        ----------
        rows : (n,) int
            Row of each beat.
        quality : (m,) float32
            Of all m beats; that of these beats is replaced.
        """
        m = len(quality)
        absent = {
            "score": np.full(m, np.nan),
            "quality": quality.copy(),
            "flagged": np.zeros(m, bool),
            **{name: np.full(m, "", object) for name in ("reason", "aami")},
            **{
                name: np.full(m, np.nan, np.float32)
                for name in ("probability", "ventricular", "fusion")
            },
        }
        for name, column in absent.items():
            column[rows] = getattr(self, name)
        return ScoredBeats(**absent)


def no_scores() -> ScoredBeats:
    """Return the scores of no beats."""
    none, text = np.zeros(0, np.float32), np.zeros(0, object)
    return ScoredBeats(np.zeros(0), none, np.zeros(0, bool), text, text, none, none, none)
