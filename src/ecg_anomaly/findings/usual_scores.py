"""Keep the scores of a patient's last usual beats, and tell how far another beat's lies from them.

A score means little by itself: it depends on the patient and on the electrodes. Whether a beat that
is not flagged may be a ventricular one is therefore asked of the way from the usual beats before it
to the ventricular ones beside it.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.readability import TRUSTED_QUALITY
from ecg_anomaly.findings.beat_batch import NORMAL, BeatBatch

#: Usual for a beat are the normal ones that can be trusted, from so many beats before it to so many
#: before it; the last ones are left out, since they may belong to what begins with it.
USUAL_FROM, USUAL_TO = 40, 4

#: With fewer of them nothing is usual.
LEAST_USUAL = 8


class UsualScores:
    """The scores of the last usual beats; batches do not change them.

    Parameters
    ----------
    reach : int
        So many beats before the last one may still be asked for.
    """

    def __init__(self, reach: int) -> None:
        self._kept = USUAL_FROM + reach
        self._scores = np.full(self._kept, np.nan)  # NaN for a beat that is not usual

    def extend(self, beats: BeatBatch) -> None:
        """Take the next beats."""
        usual = (beats.number == NORMAL) & (beats.quality >= TRUSTED_QUALITY)
        new = np.where(usual, beats.score, np.nan)
        self._scores = np.concatenate([self._scores[-self._kept :], new])

    def before(self, ago: int) -> NDArray[np.float64]:
        """Return the scores that are usual for a beat.

        Parameters
        ----------
        ago : int
            0 for the last beat, 1 for the one before it; within the last batch or the reach.

        Returns
        -------
        (n,) float64
            None where fewer than `LEAST_USUAL` are known.
        """
        at = len(self._scores) - 1 - ago
        scores = self._scores[max(0, at - USUAL_FROM) : at - USUAL_TO + 1]
        scores = scores[np.isfinite(scores)]
        return scores if len(scores) >= LEAST_USUAL else scores[:0]


def lies_towards(score: float, other: float, usual: NDArray[np.float64], share: float) -> bool:
    """Tell whether a score lies a share of the way, or more, from the usual ones to another.

    Parameters
    ----------
    score, other : float
    usual : (n,) float64
        From `UsualScores.before`, at least one.
    share : float
        0 for the median of the usual ones, 1 for the other score.
    """
    level = float(np.median(usual))
    return score >= level + share * (other - level)
