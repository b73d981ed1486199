"""Join neighbouring beats at which a condition holds to spells, batch by batch."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.beat_batch import BeatBatch


@dataclass(frozen=True)
class Spell:
    """Beats in a row at which a condition holds.

    Attributes
    ----------
    start_s, end_s : float
        Of its first and its last beat.
    found_s : float
        Of the first beat at which the condition held.
    beats : int
        Beats from the first to the last.
    quality : float
        Sum of the qualities of the beats at which the condition held.
    held : int
        Number of these.
    lead : str
        Lead of the first of these.
    """

    start_s: float
    end_s: float
    found_s: float
    beats: int
    quality: float
    held: int
    lead: str


class Spells:
    """Finds the spells of a condition in consecutive batches; batches do not change them.

    Parameters
    ----------
    back : int
        Beats before the one at which the condition first holds that belong to the spell too.
    join_s : float
        Spells that begin so soon after the end of the last one continue it.
    """

    def __init__(self, back: int = 0, join_s: float = 0.0) -> None:
        self._back, self._join_s = back, join_s
        self._past = np.zeros(0)  # times of the last `back` beats
        self._open: Spell | None = None
        self._seen, self._last = 0, -1  # beats so far, and the number of the open spell's last one

    def extend(self, holds: NDArray[np.bool_], beats: BeatBatch) -> list[Spell]:
        """Take the next beats and return the spells that are over.

        Parameters
        ----------
        holds : (n,) bool
            Whether the condition holds at each beat.
        beats : BeatBatch
            Of n beats.
        """
        closed: list[Spell] = []
        times = np.concatenate([self._past, beats.time_s])
        if self._open is None and not holds.any():  # as nearly always
            self._seen += len(beats)
            self._past = times[max(0, len(times) - self._back) :] if self._back else self._past
            return closed
        edges = np.flatnonzero(np.diff(holds, prepend=False, append=False))
        for first, stop in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            start = max(0, first + len(self._past) - self._back)
            new = Spell(
                start_s=float(times[start]),
                end_s=float(beats.time_s[stop - 1]),
                found_s=float(beats.time_s[first]),
                beats=len(self._past) - start + stop,
                quality=float(beats.quality[first:stop].sum(dtype=np.float64)),
                held=stop - first,
                lead=str(beats.lead[first]),
            )
            closed += self._add(new, self._seen + first, self._seen + stop - 1)
        self._seen += len(beats)
        self._past = times[max(0, len(times) - self._back) :] if self._back else self._past
        if self._open and self._last < self._seen - 1:
            # A spell that begins with the next beat would reach so far back.
            earliest = times[max(0, len(times) - max(1, self._back))]
            if earliest - self._open.end_s > self._join_s:
                closed += self.finish()
        return closed

    @property
    def is_open(self) -> bool:
        """True while a spell is not over."""
        return self._open is not None

    def lasts(self, n: int) -> bool:
        """Tell whether a spell is open that is not over within n beats, whatever they are."""
        if self._open is None or n >= self._back:
            return False
        # One that is found after n beats would begin with the last beat so far, or before it, and
        # continue this one.
        return bool(self._past[-1] - self._open.end_s <= self._join_s)

    def under_way(self) -> list[Spell]:
        """Return the spell that is open, as it is by now, if there is one."""
        return [self._open] if self._open else []

    def finish(self) -> list[Spell]:
        """Return the spell that is open, if there is one: the recording ends, or it is over."""
        last, self._open = self._open, None
        return [last] if last else []

    def _add(self, new: Spell, first: int, last: int) -> list[Spell]:
        former, closed = self._open, []
        if former and (first == self._last + 1 or new.start_s - former.end_s <= self._join_s):
            self._open = replace(
                former,
                end_s=new.end_s,
                beats=former.beats + last - self._last,
                quality=former.quality + new.quality,
                held=former.held + new.held,
            )
        else:
            closed, self._open = self.finish(), new
        self._last = last
        return closed
