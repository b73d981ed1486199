"""The strips of alarms that are not kept yet: the signal before and after each.

A strip is cut as soon as it is whole: a stream has the last half a minute of its signal, and when
many samples wait, minutes of it are scored before anything is kept.
"""

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.live.admitted_stream import AdmittedStream
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.events import ALARM, Event
from ecg_anomaly.live.outputs.event_store import EventStore

#: Strips that are cut and wait at most, while the database fails.
MOST_CUT = 256

#: Alarm, run, first sample, sampling rate, leads and signal.
Strip = tuple[str, int, int, float, tuple[str, ...], NDArray[np.float32]]


class WaitingStrips:
    """Cuts the strips of alarms, and keeps them.

    Parameters
    ----------
    settings : AlarmSettings
        How long strips are.
    """

    def __init__(self, settings: AlarmSettings) -> None:
        self._settings = settings
        self._growing: dict[str, list[tuple[str, int]]] = {}  # alarms: key and sample, by stream
        self._cut = deque[Strip](maxlen=MOST_CUT)

    def go_on(self, stream: AdmittedStream, alarms: Sequence[tuple[int, str]]) -> None:
        """Wait for the strips of a stream that was restored, whose last alarms are given."""
        at = stream.patient.n_samples
        self._growing[stream.name] = [(key, sample) for sample, key in alarms if sample <= at]

    def grow(self, stream: AdmittedStream, events: Sequence[Event]) -> None:
        """Take note of the alarms among new events of a stream; cut what is whole now."""
        growing = self._growing.get(stream.name, [])
        for event in events:
            if event.group == ALARM and event.kind.endswith(".raised"):
                growing = self._growing.setdefault(stream.name, [])
                if (pair := (event.said["key"], event.sample)) not in growing:
                    growing.append(pair)  # else it is said again, after a restart
        if growing:
            last = stream.patient.memory.n_samples - self.n_after(stream)
            self._cut_some(stream, [pair for pair in growing if pair[1] <= last])

    def finish(self, stream: AdmittedStream) -> None:
        """Cut the strips of a stream that has ended as they are."""
        self._cut_some(stream, list(self._growing.get(stream.name, [])))

    def _cut_some(self, stream: AdmittedStream, alarms: list[tuple[str, int]]) -> None:
        opened, memory = stream.patient.opened, stream.patient.memory
        for key, sample in alarms:
            before = round(self._settings.strip_before_s * opened.fs)
            start = max(0, sample - before, memory.first_kept)
            signal = memory.read(start, min(sample + self.n_after(stream), memory.n_samples))
            self._cut.append((key, stream.run, start, opened.fs, opened.leads, signal))
            self._growing[opened.stream].remove((key, sample))

    def keep(self, store: EventStore) -> None:
        """Keep what is cut.

        Raises
        ------
        UserError
            When the database fails: what is not kept waits.
        """
        while self._cut:
            store.keep_strip(*self._cut[0])
            self._cut.popleft()

    def n_after(self, stream: AdmittedStream) -> int:
        """Return how many samples of a strip come after its alarm."""
        return round(self._settings.strip_after_s * stream.patient.opened.fs)
