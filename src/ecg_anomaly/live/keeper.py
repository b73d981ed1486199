"""Store what the engine finds: each event once, strips of alarms, snapshots of the streams.

If the database fails, monitoring goes on: what cannot be kept is passed on all the same, and that
it cannot be kept is said.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.admitted_stream import AdmittedStream
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.events import ALARM, Event
from ecg_anomaly.live.outputs.event_store import EventStore, Snapshot

#: Name of standard output among the outputs of the store.
PRINTED = "stdout"

#: Seconds between two words about a database that fails.
SAY_S = 60.0

#: Most seconds that are spent on snapshots in a row, and the share of all time: a snapshot of half
#: a megabyte takes some milliseconds, and a thousand at once would have all streams wait for them.
LONGEST_S, SHARE = 0.05, 0.03


class Keeper:
    """Keeps events, strips and snapshots in a store.

    Parameters
    ----------
    store : EventStore
    maker : str
        Digest of detector, limits and settings: a snapshot of another maker is not restored.
    settings : AlarmSettings
    every_s : float
        Seconds between two snapshots of a stream at least; more where there are many streams.
    say : callable
        Takes a line about what cannot be kept.
    """

    def __init__(
        self, store: EventStore, maker: str, settings: AlarmSettings, every_s: float,
        say: Callable[[str], None],
    ) -> None:  # fmt: skip
        self._store, self._maker, self._settings = store, maker, settings
        self._every_s, self._say, self._said = every_s, say, -SAY_S
        self._left_s, self._looked = LONGEST_S, time.monotonic()
        self._strips: dict[str, list[tuple[str, int]]] = {}  # alarms whose strip is not whole yet

    def resume(self, stream: str) -> str:
        """Return from where a source is to go on with a stream; ``""`` from its start."""
        kept = self._store.snapshot(stream, self._maker)
        return kept.position if kept else ""

    def admit(self, stream: AdmittedStream) -> None:
        """Restore a stream as it was kept, or begin its next run."""
        name = stream.patient.opened.stream
        kept = self._store.snapshot(name, self._maker)
        if kept is None:
            stream.run = self._store.next_run(name)
            return
        stream.restore(kept.state)
        stream.run, stream.clock.position = kept.run, kept.position
        stream.kept_next = stream.clock.next
        at = stream.patient.n_samples
        for sample, key in self._store.alarms(name, kept.run, "acknowledged", at):
            stream.patient.acknowledge_later(sample, key)
        raised = self._store.alarms(name, kept.run, "raised", at - self._n_after(stream) + 1)
        self._strips[name] = [(key, sample) for sample, key in raised if sample <= at]

    def awaits_strip(self, stream: AdmittedStream) -> bool:
        """Tell whether signal that is to come belongs to the strip of an alarm of a stream."""
        return bool(self._strips.get(stream.name))

    def keep(self, made: Sequence[tuple[AdmittedStream, Sequence[Event]]]) -> list[Event]:
        """Keep events of some streams in one go, and the strips of their alarms.

        Parameters
        ----------
        made : sequence of (AdmittedStream, sequence of Event)

        Returns
        -------
        list of Event
            Those that are new; all of them where they cannot be kept.
        """
        events = [replace(event, run=stream.run) for stream, some in made for event in some]
        for stream, some in made:
            self._await_strips(stream, some)
        try:
            new = self._store.keep(events)
            for stream, _ in made:
                self._keep_whole_strips(stream)
            return new
        except UserError as error:
            self._complain(error)
            return events

    def _await_strips(self, stream: AdmittedStream, events: Sequence[Event]) -> None:
        """Take note of the alarms that are raised: their strips are to be kept."""
        for event in events:
            if event.group == ALARM and event.kind.endswith(".raised"):
                waiting = self._strips.setdefault(stream.name, [])
                if (pair := (event.said["key"], event.sample)) not in waiting:
                    waiting.append(pair)  # else it is said again, after a restart

    def _keep_whole_strips(self, stream: AdmittedStream) -> None:
        waiting, after = self._strips.get(stream.name, []), self._n_after(stream)
        n_samples = stream.patient.n_samples
        self._keep_strips(stream, [pair for pair in waiting if pair[1] + after <= n_samples])

    def _keep_strips(self, stream: AdmittedStream, alarms: list[tuple[str, int]]) -> None:
        opened, memory = stream.patient.opened, stream.patient.memory
        for key, sample in alarms:
            before = round(self._settings.strip_before_s * opened.fs)
            start = max(0, sample - before, memory.first_kept)
            signal = memory.read(start, min(sample + self._n_after(stream), memory.n_samples))
            self._store.keep_strip(key, stream.run, start, opened.fs, opened.leads, signal)
            self._strips[opened.stream].remove((key, sample))

    def _n_after(self, stream: AdmittedStream) -> int:
        """Return how many samples of a strip come after its alarm."""
        return round(self._settings.strip_after_s * stream.patient.opened.fs)

    def pass_on(self, events: Sequence[Event], output: Callable[[Sequence[Event]], None]) -> None:
        """Give new events to an output, and take note of it."""
        if not events:
            return
        output(events)
        try:
            self._store.passed_on(PRINTED)
        except UserError as error:
            self._complain(error)

    def print_missed(self, output: Callable[[Sequence[dict[str, Any]]], None]) -> None:
        """Give an output the events that were kept and not printed, as the process was killed."""
        while rows := self._store.follow(PRINTED):
            output([row for _, row in rows])
            self._store.passed_on(PRINTED, rows[-1][0])

    def keep_due(self, streams: Mapping[str, AdmittedStream], all_of_them: bool = False) -> None:
        """Keep a snapshot of the streams whose last one is too long ago, the oldest first.

        Many are not all kept at once: nobody waits for longer than `LONGEST_S`, and no more than
        `SHARE` of the time is spent on it.
        """
        now = time.monotonic()
        self._left_s = min(LONGEST_S, self._left_s + SHARE * (now - self._looked))
        self._looked = now
        waiting = sorted((s for s in streams.values() if self._has_new(s)), key=lambda s: s.kept)
        for stream in waiting:
            if not all_of_them and (now - stream.kept < self._every_s or self._left_s <= 0):
                break
            begun = time.monotonic()
            self._snapshot(stream.name, stream)
            stream.kept, stream.kept_next = now, stream.clock.next
            self._left_s -= time.monotonic() - begun

    @staticmethod
    def _has_new(stream: AdmittedStream) -> bool:
        # One without new samples may be monitored by another process by now.
        return stream.clock.next > stream.kept_next

    def _snapshot(self, name: str, stream: AdmittedStream) -> None:
        position = stream.clock.position
        try:
            kept = Snapshot(stream.run, position, stream.snapshot())
            self._store.keep_snapshot(name, self._maker, kept)
        except UserError as error:
            self._complain(error)
            return
        stream.source.keep(name, position)

    def end(self, stream: AdmittedStream) -> None:
        """Take note that a stream has ended: it is not restored any more."""
        name = stream.patient.opened.stream
        try:
            self._keep_strips(stream, list(self._strips.get(name, [])))
            self._store.end_run(name)
        except UserError as error:
            self._complain(error)
        if stream.clock.position:
            stream.source.keep(name, stream.clock.position)

    def _complain(self, error: UserError) -> None:
        if time.monotonic() - self._said >= SAY_S:
            self._said = time.monotonic()
            self._say(f"error: {error}; monitoring goes on")
