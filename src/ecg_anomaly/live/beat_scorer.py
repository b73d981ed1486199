"""The interface of a scorer of running recordings, as live monitoring needs it.

`ecg_anomaly.detector.detector_stream.DetectorStream` has it; many of them together are scored many
times faster than one by one. Tests use a simple one of their own.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector_stream import DetectorStream
from ecg_anomaly.detector.stream_pool import push_together as push_streams_together
from ecg_anomaly.files.errors import UserError


class BeatStream(Protocol):
    """Scores the beats of one running recording."""

    @property
    def undecided_s(self) -> NDArray[np.float64]:
        """Times (n,) in s of R peaks that are known and follow on the last decision."""

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


def push_together(
    pairs: Sequence[tuple[BeatStream, NDArray[np.float32]]],
) -> list[BeatDecisions | UserError]:
    """Push samples into several streams, and have the beats of all scored together.

    Parameters
    ----------
    pairs : sequence of (BeatStream, (n, n_leads) float32)
        Each stream once.

    Returns
    -------
    list of BeatDecisions or UserError
        Of each stream: what `BeatStream.push` returns, to the bit, or why it took no samples.
    """
    together = [(b, signal) for b, signal in pairs if isinstance(b, DetectorStream)]
    joint = iter(push_streams_together(together))
    return [
        next(joint) if isinstance(beats, DetectorStream) else _push(beats, signal)
        for beats, signal in pairs
    ]


def _push(beats: BeatStream, signal: NDArray[np.float32]) -> BeatDecisions | UserError:
    try:
        return beats.push(signal)
    except UserError as error:
        return error
