"""Find ventricular fibrillation and flutter: the signal oscillates, and no clear QRS is there.

Both is asked of windows of `ecg_anomaly.findings.oscillation.WINDOW_S` that end every `STEP_S` on
the clock of the recording. Only windows with few clear beats are read, which in most recordings are
one or two of a hundred, see `ecg_anomaly.findings.unclear_windows`.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.oscillation import ABOUT_HZ, WINDOW_S, judge_leads
from ecg_anomaly.findings.unclear_windows import STEP_S, UnclearWindows
from ecg_anomaly.records.averaged_record import AveragedRecord
from ecg_anomaly.records.record import StreamedRecord

#: Oscillation is one episode if less than this is between, in s.
JOIN_S = 5.0

#: It is certain when the logits of its windows add up to this: one that is clear, or several.
LEAST_EVIDENCE = 1.0

#: So many leads are judged, the first ones, and so many windows at a time.
MOST_LEADS, BLOCK = 2, 256


class Window(NamedTuple):
    """A window, by its end in s, and how much like fibrillation it is, as a logit."""

    end_s: float
    logit: float


def judge_windows(recording: StreamedRecord, unclear: UnclearWindows) -> Iterator[Window]:
    """Read windows of a recording and judge them.

    Parameters
    ----------
    recording : StreamedRecord
        Holds all of these windows.
    unclear : UnclearWindows

    Yields
    ------
    Window
        In order; without those that lie wholly in a gap of the recording.
    """
    slow = AveragedRecord(recording, max(1, round(recording.fs / ABOUT_HZ)))
    numbers = unclear.number
    doubt = dict(zip(numbers.tolist(), unclear.doubt.tolist(), strict=True))
    apart = np.flatnonzero(np.diff(numbers) * STEP_S > WINDOW_S) + 1
    waiting: list[_Block] = []
    for first, stop in pairwise([0, *apart.tolist(), len(numbers)]):
        for at in range(first, stop, BLOCK):
            block = _read_block(slow, numbers[at : min(at + BLOCK, stop)])
            if block is not None:
                waiting.append(block)
            if sum(len(found) for found, _ in waiting) >= BLOCK:
                yield from _judge_blocks(waiting, slow.fs, doubt)
                waiting = []
    yield from _judge_blocks(waiting, slow.fs, doubt)


#: Numbers (k,) of windows and their signal (n_leads, k, n), or None where it never changes.
_Block = tuple[NDArray[np.int64], NDArray[np.float32] | None]


def _read_block(slow: AveragedRecord, numbers: NDArray[np.int64]) -> _Block | None:
    size = round(WINDOW_S * slow.fs)
    ends = np.round(numbers * STEP_S * slow.fs).astype(np.int64)
    numbers, starts = numbers[ends <= slow.n_samples], ends[ends <= slow.n_samples] - size
    if not len(starts) or slow.next_stored(int(starts[0])) >= starts[-1] + size:
        return None
    first = int(starts[0])
    columns = list(range(min(len(slow.leads), MOST_LEADS)))
    signal = slow.read(first, int(starts[-1]) + size, columns)
    if np.array_equal(signal[1:], signal[:-1]):  # no electrode is attached, perhaps for days
        return numbers, None
    rows = (starts - first)[:, None] + np.arange(size)
    return numbers, np.stack([lead[rows] for lead in signal.T])


def _judge_blocks(blocks: list[_Block], fs: float, doubt: Mapping[int, float]) -> Iterator[Window]:
    """Judge the windows of some blocks together: most blocks are single windows."""
    changing = [signal for _, signal in blocks if signal is not None]
    logits = judge_leads(np.concatenate(changing, axis=1), fs).tolist() if changing else []
    found = iter(logits)
    for numbers, signal in blocks:
        for number in numbers.tolist():
            logit = -np.inf if signal is None else next(found) - doubt[number]
            yield Window(number * STEP_S, logit)


class VentricularFibrillationRule:
    """Finds oscillation that lasts; takes windows in order, whatever pieces they come in.

    Parameters
    ----------
    limits : FindingLimits
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._least_s = limits.vf_s
        self._start_s = self._end_s = 0.0
        self._found_s: float | None = None
        self._logits: list[float] = []

    def add_window(self, window: Window) -> list[Finding]:
        """Take a window; return an episode that was over before it."""
        found = []
        start_s = window.end_s - WINDOW_S
        if self._logits and start_s - self._end_s > JOIN_S:
            found = self.finish()
        if window.logit <= 0:
            return found
        if not self._logits:
            self._start_s = start_s
        self._end_s = window.end_s
        self._logits.append(window.logit)
        lasting_s = self._end_s - self._start_s
        if self._found_s is None and lasting_s >= self._least_s:
            self._found_s = self._end_s if sum(self._logits) >= LEAST_EVIDENCE else None
        return found

    def finish(self) -> list[Finding]:
        """Return the episode that is under way: the recording ends, or the episode does."""
        found = self.under_way()
        self._logits, self._found_s = [], None
        return found

    def under_way(self) -> list[Finding]:
        """Return the episode that is under way, as it is by now, if it has lasted long enough."""
        if self._found_s is None:
            return []
        lasting_s = self._end_s - self._start_s
        why = f"no clear QRS complexes for {lasting_s:.1f} s, and the signal oscillates"
        sure = float((1 / (1 + np.exp(-np.array(self._logits)))).mean())
        return [
            Finding(
                "ventricular_fibrillation", self._start_s, self._end_s, self._found_s, 0, None,
                sure, why,
            )
        ]  # fmt: skip
