"""One stream that the engine has admitted: its source, the order of its samples, its patient."""

import time
from collections import deque
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.live.events import STREAM, TECHNICAL, Event
from ecg_anomaly.live.monitored_patient import MonitoredPatient
from ecg_anomaly.live.sample_clock import SampleClock
from ecg_anomaly.live.sources.source import SampleBlock, Source
from ecg_anomaly.live.stream_guard import StreamGuard

#: Seconds of signal between two words about repeated samples.
SAY_S = 60.0

#: What is more, in mV, is no sample, and missing; less may be one in another unit.
LARGEST_MV = 1e6


@dataclass
class AdmittedStream:
    """A stream that is monitored.

    Attributes
    ----------
    source : Source
    patient : MonitoredPatient
    clock : SampleClock
    guard : StreamGuard
    turns : deque of (n, n_leads) float32
        Signal that waits to be scored, see `MonitoredPatient.cut_turns`.
    run : int
        Number of the stream's run: one is over when the stream has ended.
    heard, kept : float
        When samples came last, and when it was kept last, by `time.monotonic`.
    kept_next : int
        Samples that had come by then.
    over : bool
        True when it has ended; what is said of it then is about its alarms.
    """

    source: Source
    patient: MonitoredPatient
    clock: SampleClock = field(init=False)
    guard: StreamGuard = field(init=False)
    turns: deque[NDArray[np.float32]] = field(default_factory=deque)
    run: int = 0
    heard: float = field(default_factory=time.monotonic)
    kept: float = field(default_factory=time.monotonic)
    kept_next: int = 0
    over: bool = False
    _lost_since: float | None = None
    _said_s: float = -SAY_S

    def __post_init__(self) -> None:
        opened = self.patient.opened
        self.clock = SampleClock(len(opened.leads), opened.fs)
        self.guard = StreamGuard(opened.fs, paced=not self.source.waits)

    @property
    def name(self) -> str:
        """Name of the stream."""
        return self.patient.opened.stream

    def take(self, block: SampleBlock) -> list[Event]:
        """Take a block and return the events that it completes.

        Raises
        ------
        AbsurdStream
            When the stream is to be closed.
        """
        events = self.collect(block)
        while self.turns:
            turn = self.turns.popleft()
            events += self.patient.complete_turn(turn, self.patient.beats.push(turn))
        return events

    def collect(self, block: SampleBlock) -> list[Event]:
        """Take a block; its samples wait in `turns` to be scored.

        Returns
        -------
        list of Event
            What is to be said of missing and repeated samples.

        Raises
        ------
        AbsurdStream
            When the stream is to be closed.
        """
        events: list[Event] = []
        filled, repeated, at = self.clock.filled, self.clock.repeated, self._n_collected()
        if self._lost_since is not None and block.start is None:
            # Samples that nobody numbers follow on a loss as long as it lasted.
            for values in self.clock.skip(time.monotonic() - self._lost_since):
                self.turns.extend(self.patient.cut_turns(values))
        self.heard, self._lost_since = time.monotonic(), None
        for values in self.clock.accept(_without_absurd(block)):
            self.guard.check(values)
            self.turns.extend(self.patient.cut_turns(values))
        if self.clock.filled > filled:
            events.append(self._say_at(at, TECHNICAL, "gap", samples=self.clock.filled - filled))
        if self.clock.repeated > repeated and at / self.clock.fs >= self._said_s + SAY_S:
            self._said_s = at / self.clock.fs
            events.append(self._say_at(at, TECHNICAL, "repeated", samples=self.clock.repeated))
        return events

    def lose_link(self, reason: str) -> list[Event]:
        """Take note that the link is lost, since the last samples came."""
        self._lost_since = self._lost_since or self.heard
        return self.patient.lose_link(reason)

    def finish(self, reason: str) -> list[Event]:
        """Return the last events: the stream is over, with its last beats if they can be scored."""
        try:
            events = [e for values in self.clock.finish() for e in self.patient.push(values)]
            events += self.patient.finish()
        except UserError as error:
            events, reason = [], reason or str(error)
        return [*events, self.say(STREAM, "ended", reason=reason)]

    def silent_s(self) -> float:
        """Return for how long no samples have come, in s."""
        return time.monotonic() - self.heard

    def snapshot(self) -> bytes:
        """Return all that is known of it."""
        origin = self.clock.origin
        counts = np.array([origin is not None, origin or 0, self.clock.next], np.int64)
        return counts.tobytes() + self.patient.snapshot()

    def restore(self, snapshot: bytes) -> None:
        """Go on from a snapshot.

        Raises
        ------
        UserError
            When it is damaged or one of another stream.
        """
        known, origin, following = np.frombuffer(snapshot[:24].ljust(24, b"\0"), np.int64).tolist()
        self.patient.restore(snapshot[24:])
        self.clock.origin, self.clock.next = origin if known else None, following

    def say(self, group: str, what: str, **said: object) -> Event:
        """Make an event of the stream as far as it has come."""
        return self._say_at(self.patient.n_samples, group, what, **said)

    def _n_collected(self) -> int:
        """Return how many samples have come: the same however many of them are scored by now."""
        return self.patient.n_samples + sum(map(len, self.turns))

    def _say_at(self, at: int, group: str, what: str, **said: object) -> Event:
        opened = self.patient.opened
        return Event(opened.stream, at, f"{group}.{what}", at / opened.fs, dict(said))


def _without_absurd(block: SampleBlock) -> SampleBlock:
    values = drop_absurd(block.values)
    return block if values is block.values else replace(block, values=values)


def drop_absurd(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return samples with NaN for those that are infinite or beyond `LARGEST_MV`."""
    if not len(values) or max(values.max(), -values.min()) <= LARGEST_MV:  # not so with a NaN
        return values
    with np.errstate(invalid="ignore"):
        absurd = np.abs(values) > LARGEST_MV
    return np.where(absurd, np.float32(np.nan), values) if absurd.any() else values
