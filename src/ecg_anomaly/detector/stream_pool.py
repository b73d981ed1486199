"""Score many recordings in progress in one process, the beats of all of them in one batch."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from numpy.typing import ArrayLike

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector_stream import DetectorStream
from ecg_anomaly.detector.joint_running import push_signals
from ecg_anomaly.detector.loaded_detector import LoadedDetector
from ecg_anomaly.files.errors import UserError


class Pushed(NamedTuple):
    """What came of the samples of some streams.

    Attributes
    ----------
    decisions : dict of str to BeatDecisions
        Of each stream that took its samples, on the beats complete now, perhaps none.
    refused : dict of str to UserError
        Why the samples of a stream were not taken; that stream is what it was before.
    """

    decisions: dict[str, BeatDecisions]
    refused: dict[str, UserError]


class StreamPool:
    """Streams of one detector whose beats are scored together.

    A tick takes what has come of any number of streams, and gives the decisions of each. They are
    those of `DetectorStream.push`, to the bit; the network and what describes a beat for it run
    once for all beats of a tick, which is many times faster.

    Parameters
    ----------
    detector : LoadedDetector
        From `load_detector`.

    Examples
    --------
    >>> import numpy as np
    >>> from ecg_anomaly import load_detector
    >>> pool = StreamPool(load_detector())
    >>> for bed in ("bed 1", "bed 2"):
    ...     stream = pool.open(bed, fs=360.0, leads=["MLII", "V1"])
    >>> tick = pool.push({"bed 1": np.zeros((72, 2)), "bed 2": np.zeros((36, 2))})
    >>> {name: len(found) for name, found in tick.decisions.items()}
    {'bed 1': 0, 'bed 2': 0}
    >>> rest = pool.close("bed 1")
    >>> list(pool)
    ['bed 2']
    """

    def __init__(self, detector: LoadedDetector) -> None:
        self._detector = detector
        self._streams: dict[str, DetectorStream] = {}

    def __len__(self) -> int:
        return len(self._streams)

    def __iter__(self) -> Iterator[str]:
        return iter(self._streams)

    def __getitem__(self, name: str) -> DetectorStream:
        return self._streams[name]

    def open(
        self,
        name: str,
        fs: float,
        leads: Sequence[str],
        unit: str = "mV",
        lead: str | None = None,
        snapshot: bytes | None = None,
    ) -> DetectorStream:
        """Start a stream, or go on with one.

        Parameters
        ----------
        name : str
            No other stream of the pool has it.
        fs, leads, unit, lead
            As for `LoadedDetector.stream`.
        snapshot : bytes, optional
            From `DetectorStream.snapshot`, to go on from.

        Raises
        ------
        UserError
            When the name is taken, or one of the others cannot be.
        """
        if name in self._streams:
            raise UserError(name, "a stream of this name is open", "close it, or take another name")
        stream = self._detector.stream(fs, leads, unit, lead, name)
        if snapshot is not None:
            stream.restore(snapshot)
        self._streams[name] = stream
        return stream

    def push(self, signals: Mapping[str, ArrayLike]) -> Pushed:
        """Take the next samples of some streams and decide on the beats that are complete now.

        Parameters
        ----------
        signals : mapping of str to (n, n_leads) float
            By the name of the stream, see `DetectorStream.push`; n may differ.

        Raises
        ------
        KeyError
            When no stream has a name; nothing has been taken then.
        ValueError
            When a stream is finished or a signal is no array of numbers; nothing has been taken
            then.
        """
        pairs = [(self._streams[name], signal) for name, signal in signals.items()]
        found = dict(zip(signals, push_together(pairs), strict=True))
        refused = {name: f for name, f in found.items() if isinstance(f, UserError)}
        decisions = {name: f for name, f in found.items() if not isinstance(f, UserError)}
        return Pushed(decisions, refused)

    def close(self, name: str) -> BeatDecisions:
        """End a stream; return the decisions on its last beats, see `DetectorStream.finish`.

        Raises
        ------
        KeyError
            When no stream has the name.
        """
        return self._streams.pop(name).finish()


def push_together(
    pairs: Sequence[tuple[DetectorStream, ArrayLike]],
) -> list[BeatDecisions | UserError]:
    """Push samples into several streams: many times faster than one by one, and the same.

    Parameters
    ----------
    pairs : sequence of (DetectorStream, (n, n_leads) float)
        Streams of one detector, each once, and what `DetectorStream.push` takes.

    Returns
    -------
    list of BeatDecisions or UserError
        Of each stream what `DetectorStream.push` returns, to the bit, or why its samples were not
        taken: it is what it was before then.

    Raises
    ------
    ValueError
        When a stream is finished or a signal is no array of numbers; none has taken samples then.
    """
    return push_signals([(stream.intake, stream.running, signal) for stream, signal in pairs])
