"""Beats of a recording in progress: those whose windows can be cut now, and those just cut."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.features.rhythm_context import NextPeak


class DueBeats(NamedTuple):
    """Beats of a recording that can be cut now.

    Attributes
    ----------
    sample : (n,) int64
        Their R peaks; perhaps none.
    until : int
        Sample before which no further R peak can be found.
    after : int or None
        The R peak that follows them, if it is known.
    ended : bool
        True when the recording ends after them.
    """

    sample: NDArray[np.int64]
    until: int
    after: int | None
    ended: bool = False

    @property
    def target(self) -> range:
        """Samples of the recording from the first R peak to the last one; empty without beats."""
        if not len(self.sample):
            return range(0)
        return range(int(self.sample[0]), int(self.sample[-1]) + 1)


class NewBeats(NamedTuple):
    """Beats that have just been cut, as `ContextBuilder.extend` takes them.

    Attributes
    ----------
    beats : DetectedBeats
        Those whose windows are cut now; perhaps none.
    known_s : float
        Time in s before which no further beat can be found.
    after : NextPeak or None
        The R peak that follows them; None when it is not known yet, or the recording has ended.
    """

    beats: DetectedBeats
    known_s: float
    after: NextPeak | None
