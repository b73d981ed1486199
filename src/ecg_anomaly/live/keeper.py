"""Store what the engine finds: each event once, strips of alarms, snapshots of the streams.

If the database fails, monitoring goes on: what cannot be kept is passed on all the same, and that
it cannot be kept is said.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.admitted_stream import AdmittedStream
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.events import Event
from ecg_anomaly.live.outputs.event_store import EventStore, Snapshot
from ecg_anomaly.live.waiting_strips import WaitingStrips

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
        self._store, self._maker = store, maker
        self._every_s, self._say, self._said = every_s, say, -SAY_S
        self._left_s, self._looked = LONGEST_S, time.monotonic()
        self._strips = WaitingStrips(settings)

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
        first = stream.patient.memory.n_samples - self._strips.n_after(stream) + 1
        self._strips.go_on(stream, self._store.alarms(name, kept.run, "raised", first))

    def keep(self, made: Iterable[tuple[AdmittedStream, Sequence[Event]]]) -> list[Event]:
        """Keep events of some streams in one go, and the strips of their alarms.

        Parameters
        ----------
        made : iterable of (AdmittedStream, sequence of Event)
            Strips are cut as each comes, while the stream still has their signal.

        Returns
        -------
        list of Event
            Those that are new; all of them where they cannot be kept.
        """
        events: list[Event] = []
        for stream, some in made:
            events += [replace(event, run=stream.run) for event in some]
            self._strips.grow(stream, some)
        new = events
        try:
            new = self._store.keep(events)
            self._strips.keep(self._store)
        except UserError as error:
            self._complain(error)
        return new

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
        self._strips.finish(stream)
        try:
            self._strips.keep(self._store)
            self._store.end_run(name)
        except UserError as error:
            self._complain(error)
        if stream.clock.position:
            stream.source.keep(name, stream.clock.position)

    def _complain(self, error: UserError) -> None:
        if time.monotonic() - self._said >= SAY_S:
            self._said = time.monotonic()
            self._say(f"error: {error}; monitoring goes on")
