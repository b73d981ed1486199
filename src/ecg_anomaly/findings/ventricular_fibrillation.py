"""Find ventricular fibrillation and flutter: the signal oscillates, and no clear QRS is there.

Wide QRS complexes that follow each other without a pause oscillate as well. They come evenly, and
so do the beats that are found in them: that is a ventricular tachycardia, and said to be one.

Both is asked of windows of `ecg_anomaly.findings.swing_measures.WINDOW_S` that end every `STEP_S`
on the clock of the recording. Only windows with few clear beats are read, which in most recordings
are one or two of a hundred, see `ecg_anomaly.findings.unclear_windows`.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.oscillation import judge_leads
from ecg_anomaly.findings.swing_measures import ABOUT_HZ, WINDOW_S, count_swings
from ecg_anomaly.findings.unclear_windows import STEP_S, UnclearWindows
from ecg_anomaly.records.averaged_record import AveragedRecord
from ecg_anomaly.records.record import StreamedRecord

#: Oscillation is one episode if less than this is between, in s.
JOIN_S = 5.0

#: Beats that come evenly are wide QRS complexes where the signal swings at most so often for each;
#: where it swings more often they were found on some of the swings of fibrillation.
MOST_SWINGS = 1.75

#: Below this logit no window would be above 0 but for its baseline.
LEAST_SWAYING = -3.0

#: So many windows in a row, 8 s, with beats that come evenly, or without, are an episode of their
#: own where most of as many before are of the other sort: a tachycardia becomes fibrillation.
CHANGE = 16

#: It is certain when the logits of its windows add up to this: one that is clear, or several.
LEAST_EVIDENCE = 1.0

#: So many leads are judged, the first ones, and so many windows at a time.
MOST_LEADS, BLOCK = 2, 256


class Window(NamedTuple):
    """A window: its end in s, how much like fibrillation it is, as a logit, and its rate.

    The rate a minute is that of beats that come evenly, NaN where they do not. A window whose logit
    would be above 0 but for a baseline that sways goes on with what has been certain before.
    """

    end_s: float
    logit: float
    bpm: float = float("nan")
    goes_on: bool = False


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
    apart = np.flatnonzero(np.diff(numbers) * STEP_S > WINDOW_S) + 1
    waiting: list[_Block] = []
    for first, stop in pairwise([0, *apart.tolist(), len(numbers)]):
        for at in range(first, stop, BLOCK):
            block = _read_block(slow, numbers[at : min(at + BLOCK, stop)])
            if block is not None:
                waiting.append(block)
            if sum(len(found) for found, _ in waiting) >= BLOCK:
                yield from _judge_blocks(waiting, slow.fs, unclear)
                waiting = []
    yield from _judge_blocks(waiting, slow.fs, unclear)


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


def _judge_blocks(blocks: list[_Block], fs: float, unclear: UnclearWindows) -> Iterator[Window]:
    """Judge the windows of some blocks together: most blocks are single windows."""
    if not blocks:
        return
    number = np.concatenate([numbers for numbers, _ in blocks])
    row = np.searchsorted(unclear.number, number)
    logit, bpm = np.full(len(number), -np.inf), unclear.bpm[row]
    goes_on = np.zeros(len(number), bool)
    changing = [signal for _, signal in blocks if signal is not None]
    if changing:
        moves = np.repeat([signal is not None for _, signal in blocks], [len(n) for n, _ in blocks])
        signal, doubt = np.concatenate(changing, axis=1), unclear.doubt[row[moves]]
        logit[moves] = judge_leads(signal, fs) - doubt
        bpm[moves] = _keep_rates(signal, fs, logit[moves], bpm[moves])
        goes_on[moves] = _find_swaying(signal, fs, logit[moves], doubt)
    values = (column.tolist() for column in (logit, bpm, goes_on))
    for at, *said in zip(number.tolist(), *values, strict=True):
        yield Window(at * STEP_S, *said)


def _keep_rates(
    signal: NDArray[np.float32],
    fs: float,
    logit: NDArray[np.float64],
    bpm: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Keep the rates of windows that oscillate once for a beat, about, NaN for others."""
    asked = np.flatnonzero((logit > 0) & np.isfinite(bpm))
    if len(asked):
        swings = 60 * count_swings(signal[:, asked], fs)
        bpm[asked] = np.where(swings <= MOST_SWINGS * bpm[asked], bpm[asked], np.nan)
    return bpm


def _find_swaying(
    signal: NDArray[np.float32],
    fs: float,
    logit: NDArray[np.float64],
    doubt: NDArray[np.float64],
) -> NDArray[np.bool_]:
    """Tell which windows would oscillate but for a baseline that sways."""
    found = (logit <= 0) & (logit > LEAST_SWAYING)
    rows = np.flatnonzero(found)
    if len(rows):
        found[rows] = judge_leads(signal[:, rows], fs, swaying=True) > doubt[rows]
    return found


class VentricularFibrillationRule:
    """Finds oscillation that lasts; takes windows in order, whatever pieces they come in.

    It is a ventricular tachycardia where beats come evenly in most of its windows.

    Parameters
    ----------
    limits : FindingLimits
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._least_s = limits.vf_s
        self._found_s: float | None = None
        self._windows: list[tuple[float, float, float]] = []  # of the episode that is under way
        self._even = 0  # in how many of them beats come evenly

    def add_window(self, window: Window) -> list[Finding]:
        """Take a window; return an episode that was over before it."""
        found = []
        if self._windows and window.end_s - WINDOW_S - self._windows[-1][0] > JOIN_S:
            found = self.finish()
        if window.logit <= 0 and not (window.goes_on and self._found_s is not None):
            return found
        self._windows.append((window.end_s, window.logit, window.bpm))
        self._even += window.bpm == window.bpm
        if self._found_s is None:
            lasts = window.end_s - self._start_s >= self._least_s
            certain = sum(logit for _, logit, _ in self._windows) >= LEAST_EVIDENCE
            self._found_s = window.end_s if lasts and certain else None
        return found + self._split()

    @property
    def _start_s(self) -> float:
        return self._windows[0][0] - WINDOW_S

    def _split(self) -> list[Finding]:
        """End the episode where its last windows are another one."""
        before, last = len(self._windows) - CHANGE, self._windows[-CHANGE:]
        even = sum(bpm == bpm for _, _, bpm in last)
        # All of the last ones are of one sort, and most of those before are of the other.
        changes = even in (0, CHANGE) and (even == 0) == (2 * (self._even - even) > before)
        if before < CHANGE or not changes:
            return []
        self._windows, self._even = self._windows[:before], self._even - even
        found = self.finish()
        self._windows, self._even, self._found_s = last, even, last[-1][0]
        return found

    def finish(self) -> list[Finding]:
        """Return the episode that is under way: the recording ends, or the episode does."""
        found = self.under_way()
        self._windows, self._even, self._found_s = [], 0, None
        return found

    def under_way(self) -> list[Finding]:
        """Return the episode that is under way, as it is by now, if it has lasted long enough."""
        if self._found_s is None:
            return []
        end_s, logit, bpm = np.array(self._windows).T
        lasting_s = float(end_s[-1]) - self._start_s
        kind, beats, rate = "ventricular_fibrillation", 0, None
        why = f"no clear QRS complexes for {lasting_s:.1f} s, and the signal oscillates"
        if 2 * self._even > len(bpm):
            kind, rate = "ventricular_tachycardia", float(np.nanmedian(bpm))
            beats = round(lasting_s * rate / 60)
            why = f"wide QRS complexes that come evenly for {lasting_s:.1f} s, {rate:.0f} a minute"
        sure = float((1 / (1 + np.exp(-logit))).mean())
        times = self._start_s, float(end_s[-1]), self._found_s
        return [Finding(kind, *times, beats, rate, sure, why)]
