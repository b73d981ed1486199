"""Watch each lead of a stream: one that has no samples, or never moves, is off."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.beatless_signal import FLAT_MV
from ecg_anomaly.live.events import TECHNICAL, Event

#: Whether a lead moves is first asked of every so many samples.
FEW = 18

#: Seconds of signal that wait at most to be looked at: they take memory.
LONGEST_S = 10.0


class LeadWatch:
    """Says when a lead goes off and comes back, by the sample clock.

    Parameters
    ----------
    stream : str
    fs : float
        Sampling rate in Hz.
    leads : sequence of str
    off_s : float
        Seconds without a movement after which a lead is off.
    """

    def __init__(self, stream: str, fs: float, leads: Sequence[str], off_s: float) -> None:
        self._stream, self._fs, self._leads = stream, fs, tuple(leads)
        self._off_s, self._moved_s = off_s, np.zeros(len(leads))
        self._off, self._none_off = np.zeros(len(leads), bool), True
        self._waiting: list[tuple[NDArray[np.float32], float]] = []  # not looked at yet
        self._due_s = 0.0  # when these are looked at: no lead can be off before

    @property
    def off(self) -> list[str]:
        """Names of the leads that are off."""
        return [lead for lead, off in zip(self._leads, self._off.tolist(), strict=True) if off]

    def push(self, signal: NDArray[np.float32], now_s: float) -> list[Event]:
        """Take the next samples, up to `now_s`; return what changed.

        Parameters
        ----------
        signal : (n, n_leads) float32
            In mV.
        now_s : float
            Time after the last of them.
        """
        if not len(signal):
            return []
        self._waiting.append((signal.copy(), now_s))
        if self._none_off and now_s < self._due_s:
            return []
        return self._look()

    def _look(self) -> list[Event]:
        """Look at the samples that wait: at the last ones alone, where all leads move in these."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return []
        signal, now_s = waiting[-1]
        events: list[Event] = []
        if self._none_off and _all_move(signal):
            self._moved_s.fill(now_s)
        else:
            events = [event for piece in waiting for event in self._follow(*piece)]
        self._due_s = min(float(self._moved_s.min()) + self._off_s / 2, now_s + LONGEST_S)
        return events

    def _follow(self, signal: NDArray[np.float32], now_s: float) -> list[Event]:
        high, low = signal.max(axis=0), signal.min(axis=0)
        if not (np.isfinite(high).all() and np.isfinite(low).all()):
            known = np.isfinite(signal)
            high = np.where(known, signal, -np.inf).max(axis=0)
            low = np.where(known, signal, np.inf).min(axis=0)
        moves = high - low >= FLAT_MV
        self._moved_s[moves] = now_s
        off = now_s - self._moved_s >= self._off_s
        changed = np.flatnonzero(off != self._off).tolist()
        self._off, self._none_off = off, not off.any()
        return [self._say(lead, bool(off[lead]), now_s) for lead in changed]

    def _say(self, lead: int, off: bool, now_s: float) -> Event:
        name = self._leads[lead]
        kind = f"{TECHNICAL}.{'lead_off' if off else 'lead_on'}.{name}"
        said = {"lead": name, "text": f"lead {name} {'is off' if off else 'is back'}"}
        return Event(self._stream, round(now_s * self._fs), kind, now_s, said)

    def state(self) -> dict[str, list[float]]:
        """Return all that is known, ready for JSON."""
        self._look()  # which says nothing: no lead can be off by now
        return {"moved_s": self._moved_s.tolist(), "off": self._off.astype(float).tolist()}

    def restore(self, state: dict[str, list[float]]) -> None:
        """Go on from a state.

        Raises
        ------
        ValueError
            When it is one of another number of leads.
        """
        moved_s, off = np.array(state["moved_s"], float), np.array(state["off"], bool)
        if moved_s.shape != self._moved_s.shape or off.shape != self._off.shape:
            raise ValueError("leads that were watched")
        self._moved_s, self._off, self._none_off = moved_s, off, not off.any()
        self._waiting, self._due_s = [], 0.0


def _all_move(signal: NDArray[np.float32]) -> bool:
    """Tell at little cost, as nearly always, that some samples of each lead are far apart."""
    leads = signal[::FEW].T.tolist()
    return all(max(values) - min(values) >= FLAT_MV for values in leads)
