"""Beats of a running recording on their way: due to be cut, and cut."""

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
        Sample before which no other R peak will come any more.
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
    def home(self) -> range:
        """Samples from the first R peak to the last one."""
        return (
            range(int(self.sample[0]), int(self.sample[-1]) + 1) if len(self.sample) else range(0)
        )


class NewBeats(NamedTuple):
    """What has become known of a recording, as `ContextBuilder.extend` takes it.

    Attributes
    ----------
    beats : DetectedBeats
        Those whose windows are cut now; perhaps none.
    known_s : float
        Time in s before which no other beat will come any more.
    after : NextPeak or None
        The R peak that follows them; None when it is not known yet, or the recording has ended.
    """

    beats: DetectedBeats
    known_s: float
    after: NextPeak | None
