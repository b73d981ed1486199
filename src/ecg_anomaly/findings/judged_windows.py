"""Read windows of a recording and rate how much each resembles ventricular fibrillation.

They last `ecg_anomaly.findings.swing_measures.WINDOW_S` and end every `STEP_S` on the clock of the
recording. Only windows with few clear beats are read, which in most recordings are one or two of a
hundred, see `ecg_anomaly.findings.unclear_windows`.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.near_spans import read_spans
from ecg_anomaly.findings.oscillation import judge_leads
from ecg_anomaly.findings.swing_measures import ABOUT_HZ, WINDOW_S, count_swings
from ecg_anomaly.findings.unclear_windows import STEP_S, UnclearWindows
from ecg_anomaly.records.averaged_record import AveragedRecord
from ecg_anomaly.records.record import StreamedRecord

#: So many leads are judged, the first ones, and so many windows at a time.
MOST_LEADS, BLOCK = 2, 256

#: Beats that come evenly are wide QRS complexes where the signal swings at most so often for each;
#: where it swings more often they were found on some of the swings of fibrillation.
MOST_SWINGS = 1.75

#: Below this logit no window would be above 0 but for its baseline.
LEAST_SWAYING = -3.0


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
    waiting: list[_Block] = []
    for block in _read_blocks(slow, unclear.number):
        waiting.append(block)
        if sum(len(found) for found, _ in waiting) >= BLOCK:
            yield from _judge_blocks(waiting, slow.fs, unclear)
            waiting = []
    yield from _judge_blocks(waiting, slow.fs, unclear)


#: Numbers (k,) of windows and their signal (n_leads, k, n), or None where it never changes.
_Block = tuple[NDArray[np.int64], NDArray[np.float32] | None]


def _read_blocks(slow: AveragedRecord, numbers: NDArray[np.int64]) -> Iterator[_Block]:
    """Read windows; those that overlap are one block, without those that lie in a gap."""
    size, columns = round(WINDOW_S * slow.fs), range(min(len(slow.leads), MOST_LEADS))
    placed = list(_place_blocks(slow, numbers, size))
    spans = [(int(starts[0]), int(starts[-1]) + size) for _, starts in placed]
    signals = read_spans(slow, spans, columns)
    for (found, starts), signal in zip(placed, signals, strict=True):
        if np.array_equal(signal[1:], signal[:-1]):  # no electrode is attached, perhaps for days
            yield found, None
        else:
            rows = (starts - starts[0])[:, None] + np.arange(size)
            yield found, np.stack([lead[rows] for lead in signal.T])


def _place_blocks(
    slow: AveragedRecord, numbers: NDArray[np.int64], size: int
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the numbers of the windows of each block that is stored, and their first samples."""
    ends = np.round(numbers * STEP_S * slow.fs).astype(np.int64)
    numbers, starts = numbers[ends <= slow.n_samples], ends[ends <= slow.n_samples] - size
    apart = np.flatnonzero(np.diff(numbers) * STEP_S > WINDOW_S) + 1
    for first, stop in pairwise([0, *apart.tolist(), len(numbers)]):
        for at in range(first, stop, BLOCK):
            block = slice(at, min(at + BLOCK, stop))
            if slow.next_stored(int(starts[at])) < starts[block][-1] + size:
                yield numbers[block], starts[block]


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
