"""Hand-made ECGs and a scorer of them that takes no time, for tests of the engine.

A beat is a hump of 80 ms, 1 mV high; a ventricular one is 2 mV high. `ToyBeats` finds humps and
flags the high ones, at the moments at which a detector would: when the next beat is known.
"""

import json
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions

FS = 100.0

#: Seconds after the next R peak at which a decision is complete, and the least after the own one.
AFTER_NEXT_S, AFTER_S = 0.25, 0.65


def make_ecg(beats: Sequence[tuple[float, str]], duration_s: float, fs: float = FS) -> NDArray:
    """A lead of humps at some seconds: ``N`` is 1 mV high, ``V`` 2 mV; noise of 10 uV; (n, 1)."""
    time_s = np.arange(round(duration_s * fs)) / fs
    signal = np.random.default_rng(1).normal(0, 0.01, len(time_s))
    for at_s, letter in beats:
        signal += (2.0 if letter == "V" else 1.0) * np.exp(-(((time_s - at_s) / 0.02) ** 2))
    return signal.astype(np.float32)[:, None]


def steady(start_s: float, stop_s: float, rr_s: float = 0.8, letter: str = "N"):
    """Beats at one rate, from one second to another."""
    return [(float(at), letter) for at in np.arange(start_s, stop_s, rr_s)]


class ToyBeats:
    """A `BeatStream` that takes humps for beats; every piece of it is plain to follow."""

    def __init__(self, fs: float, leads: Sequence[str] = ("II",), name: str = "toy") -> None:  # noqa: ARG002
        self.fs, self.leads = fs, tuple(leads)
        self._signal = np.zeros(0, np.float32)
        self._peaks: list[int] = []
        self._looked = self._decided = 0
        self.finished = False

    @property
    def peaks(self) -> NDArray[np.int64]:
        """R peaks that are known by now."""
        known = len(self._signal) - (0 if self.finished else round(AFTER_NEXT_S * self.fs))
        half, start = round(0.2 * self.fs), max(1, self._looked)
        for p in range(start, min(known + 1, len(self._signal) - 1)):
            near = self._signal[max(0, p - half) : p + half + 1]
            if self._signal[p] > 0.5 and self._signal[p] == np.nanmax(near):
                self._peaks.append(p)
        self._looked = max(start, min(known + 1, len(self._signal) - 1))
        return np.array(self._peaks, np.int64)

    @property
    def undecided_s(self) -> NDArray[np.float64]:
        return self.peaks[self._decided :] / self.fs

    def push(self, signal: NDArray[np.float32]) -> BeatDecisions:
        self._signal = np.append(self._signal, signal[:, 0])
        peaks = self.peaks
        late = len(self._signal) - round(AFTER_S * self.fs)
        ready = len(peaks) if self.finished else int(np.sum(peaks[:-1] <= late))
        return self._decide(peaks, ready)

    def finish(self) -> BeatDecisions:
        self.finished = True
        return self._decide(self.peaks, len(self.peaks))

    def _decide(self, peaks: NDArray[np.int64], stop: int) -> BeatDecisions:
        first, self._decided = self._decided, max(stop, self._decided)
        rows = slice(first, self._decided)
        n = len(peaks[rows])
        if not n:
            return concatenate_decisions([])
        high = self._signal[peaks] > 1.5
        rr_s = np.diff(peaks, prepend=np.nan) / self.fs
        return BeatDecisions(
            peaks[rows], peaks[rows] / self.fs, high[rows] * 1.0, high[rows],
            np.full(n, "", object), np.ones(n, np.float32), np.zeros(n, bool), np.zeros(n, bool),
            rr_s[rows], np.where(high[rows], "taller", "").astype(object),
            np.where(high[rows], "V", "").astype(object), high[rows].astype(np.float32),
            np.full(n, self.leads[0], object),
        )  # fmt: skip

    def snapshot(self) -> bytes:
        known = [self._signal.tolist(), self._peaks, self._looked, self._decided]
        return json.dumps(known).encode()

    def restore(self, snapshot: bytes) -> None:
        signal, self._peaks, self._looked, self._decided = json.loads(snapshot)
        self._signal = np.array(signal, np.float32)
