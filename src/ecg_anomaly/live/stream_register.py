"""Admit streams to monitoring, resume them from snapshots, or refuse them for now."""

import time
from collections.abc import Callable

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.admitted_stream import AdmittedStream
from ecg_anomaly.live.keeper import Keeper
from ecg_anomaly.live.monitored_patient import MonitoredPatient
from ecg_anomaly.live.sources.source import Source, StreamOpened

#: Streams at most; one that was closed for a reason is not admitted again for so many s.
MOST_STREAMS, CLOSED_S = 4096, 60.0

#: Samples a second of all leads, of one stream and of all of them: half a minute of them is held.
MOST_OF_ONE, MOST_OF_ALL = 100_000.0, 4_000_000.0

#: Closed streams that are remembered at most, the last ones.
MOST_CLOSED = 4096


class StreamRegister:
    """The streams by their names.

    Parameters
    ----------
    make_patient : callable
        Makes a patient of a stream that is opened.
    keeper : Keeper or None
        Knows the streams of a process that was killed.

    Attributes
    ----------
    streams : dict of str to AdmittedStream
    failed : list of UserError
        Why streams could not be admitted, or do not go on from their snapshots.
    refused : str
        Why the last stream was not admitted; ``""`` for one that is open already.
    """

    def __init__(
        self, make_patient: Callable[[StreamOpened], MonitoredPatient], keeper: Keeper | None
    ) -> None:
        self._make_patient, self._keeper = make_patient, keeper
        self.streams: dict[str, AdmittedStream] = {}
        self.failed: list[UserError] = []
        self.refused = ""
        self._closed: dict[str, tuple[float, Source, StreamOpened]] = {}

    def find_changed(self, opened: StreamOpened) -> AdmittedStream | None:
        """Return the stream of this name if it was open with another rate or other leads."""
        known = self.streams.get(opened.stream)
        if known is None:
            return None
        before = known.patient.opened
        same = (before.fs, before.leads) == (opened.fs, opened.leads)
        return None if same else known

    def admit(self, source: Source, opened: StreamOpened) -> AdmittedStream | None:
        """Admit a stream; None for one that is open, was just closed, or is one too many."""
        name = opened.stream
        self.refused = "" if name in self.streams else self._find_refusal(opened)
        if self.refused or name in self.streams:
            return None
        self._closed.pop(name, None)
        try:
            self.streams[name] = self._make(source, opened)
        except UserError as error:
            self.failed = [*self.failed[-MOST_CLOSED:], error]
            self.refused = error.rule
            return None
        return self.streams[name]

    def admit_again(self, name: str) -> AdmittedStream | None:
        """Admit a stream that was closed for a reason, and goes on to send, if it may again."""
        closed = self._closed.get(name)
        if closed is None or self._is_recent(name):
            return None
        _, source, opened = closed
        return self.admit(source, opened)

    def _is_recent(self, name: str) -> bool:
        closed = self._closed.get(name)
        return closed is not None and time.monotonic() - closed[0] < CLOSED_S

    def _find_refusal(self, opened: StreamOpened) -> str:
        """Return why a stream is not to be admitted, ``""`` for no reason."""
        if self._is_recent(opened.stream):
            return f"it was closed less than {CLOSED_S:g} s ago"
        if len(self.streams) >= MOST_STREAMS:
            return f"there are {MOST_STREAMS} streams already"
        one = _count_values(opened)
        if one > MOST_OF_ONE:
            return f"{one:g} values a second, more than {MOST_OF_ONE:g}"
        if sum(_count_values(s.patient.opened) for s in self.streams.values()) + one > MOST_OF_ALL:
            return f"all streams together have more than {MOST_OF_ALL:g} values a second"
        return ""

    def _make(self, source: Source, opened: StreamOpened) -> AdmittedStream:
        stream = AdmittedStream(source, self._make_patient(opened))
        if self._keeper is None:
            return stream
        try:
            self._keeper.admit(stream)
        except UserError as error:  # a damaged snapshot: said, and the stream starts anew
            self.failed.append(error)
            return AdmittedStream(source, self._make_patient(opened))
        return stream

    def find_silent(self, lasting_s: float) -> list[AdmittedStream]:
        """Return the streams of running sources of which nothing has come for so many s."""
        streams = self.streams.values()
        return [s for s in streams if s.source.running and s.silent_s() >= lasting_s]

    def keep_positions(self) -> None:
        """Tell the sources how far the streams were taken: from there they go on."""
        for stream in self.streams.values():
            stream.source.keep(stream.name, stream.clock.position)

    def remove(self, name: str, reason: str) -> None:
        """Take note that a stream has ended; with a reason it was closed."""
        stream = self.streams.pop(name)
        if reason:
            self._closed.pop(name, None)
            self._closed[name] = time.monotonic(), stream.source, stream.patient.opened
            while len(self._closed) > MOST_CLOSED:
                del self._closed[next(iter(self._closed))]


def _count_values(opened: StreamOpened) -> float:
    return opened.fs * len(opened.leads)
