"""The streams that are monitored: who is admitted, goes on from a snapshot, or is not for now."""

import time
from collections.abc import Callable

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.admitted_stream import AdmittedStream
from ecg_anomaly.live.keeper import Keeper
from ecg_anomaly.live.monitored_patient import MonitoredPatient
from ecg_anomaly.live.sources.source import Source, StreamOpened

#: Streams at most; one that was closed for a reason is not admitted again for so many s.
MOST_STREAMS, CLOSED_S = 4096, 60.0


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
    """

    def __init__(
        self, make_patient: Callable[[StreamOpened], MonitoredPatient], keeper: Keeper | None
    ) -> None:
        self._make_patient, self._keeper = make_patient, keeper
        self.streams: dict[str, AdmittedStream] = {}
        self.failed: list[UserError] = []
        self._closed: dict[str, float] = {}

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
        name, now = opened.stream, time.monotonic()
        recently = now - self._closed.get(name, -CLOSED_S) < CLOSED_S
        if name in self.streams or recently or len(self.streams) >= MOST_STREAMS:
            return None
        try:
            self.streams[name] = self._make(source, opened)
        except UserError as error:
            self.failed.append(error)
            return None
        return self.streams[name]

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

    def remove(self, name: str, reason: str) -> None:
        """Take note that a stream has ended; with a reason it was closed."""
        if reason:
            self._closed[name] = time.monotonic()
        del self.streams[name]
