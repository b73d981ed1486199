"""What scores the beats of a running recording, as live monitoring needs it.

Nothing else is asked of a detector, so that another one could be monitored with.
`ecg_anomaly.detector.detector_stream.DetectorStream` is one; tests have another that is plain to
follow.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions


class BeatStream(Protocol):
    """Scores the beats of one running recording."""

    def push(self, signal: NDArray[np.float32]) -> BeatDecisions:
        """Take the next samples, (n, n_leads) in mV, NaN where missing.

        Returns
        -------
        BeatDecisions
            On the beats that are complete now.
        """

    def finish(self) -> BeatDecisions:
        """Decide on the beats that are left: the recording ends."""

    def snapshot(self) -> bytes:
        """Return all that is known."""

    def restore(self, snapshot: bytes) -> None:
        """Go on from a snapshot; raise `UserError` for one of another detector or stream."""


#: Makes what scores a stream, from its sampling rate, the names of its leads, and its own name.
MakeBeatStream = Callable[[float, Sequence[str], str], BeatStream]
