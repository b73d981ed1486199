"""Streams that are over and still shown: for a minute, and while an alarm waits for a person.

A patient who leaves must leave the page as well, or a tile says "no signal" for ever. But a
critical alarm that nobody has seen must not leave with the stream that raised it.
"""

import time
from collections.abc import Callable, Iterator

from ecg_anomaly.live.admitted_stream import AdmittedStream

#: Seconds for which a stream that is over is shown at least, and such streams at most: of more, the
#: first ones are shown no longer, of those with an open alarm only when there are no others.
SHOWN_S, MOST_SHOWN = 60.0, 256


class EndedStreams:
    """The streams that are over, in the order of their ends.

    Parameters
    ----------
    clock : callable
        Seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ended: list[tuple[float, AdmittedStream]] = []

    def __iter__(self) -> Iterator[AdmittedStream]:
        return iter([stream for _, stream in self._ended])

    def add(self, stream: AdmittedStream) -> None:
        """Take a stream that is over."""
        stream.over = True
        self._ended.append((self._clock(), stream))

    def waiting(self, name: str) -> list[AdmittedStream]:
        """Return the earlier runs of a stream whose alarms wait to be acknowledged."""
        return [s for s in self if s.name == name and s.patient.alarms.open]

    def take_gone(self) -> list[str]:
        """Forget the streams that need not be shown any longer, and return their names."""
        now, too_many = self._clock(), max(0, len(self._ended) - MOST_SHOWN)
        waits = [bool(stream.patient.alarms.open) for _, stream in self._ended]
        gone = set(sorted(range(len(waits)), key=waits.__getitem__)[:too_many])
        gone |= {
            place
            for place, (since, _) in enumerate(self._ended)
            if now - since >= SHOWN_S and not waits[place]
        }
        names = [self._ended[place][1].name for place in sorted(gone)]
        self._ended = [pair for place, pair in enumerate(self._ended) if place not in gone]
        left = {stream.name for stream in self}
        return [name for name in dict.fromkeys(names) if name not in left]
