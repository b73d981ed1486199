"""Look at the signal between two distant beats: it is silent, absent, or hides a QRS complex."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.usual_rises import (
    MOST_LEADS,
    RISE_S,
    STEEP_MV,
    UsualRises,
    measure_rise,
    measure_usual,
)
from ecg_anomaly.records.record import StreamedRecord

#: States of a piece of signal: nothing recorded, no electrode attached, something as steep as a
#: QRS complex, and a signal without one.
MISSING, FLAT, STEEP, SILENT = "missing samples", "flat", "steep", "silent"

#: Length of a piece in s: how late an asystole may be found.
PIECE_S = 0.5

#: A flat line moves less within a piece, in mV: no electrode is attached. The ECG of a heart that
#: stands still moves with breathing and carries the noise of the amplifier.
FLAT_MV = 0.005

#: So many s of one lead are looked at at a time.
BLOCK_S = 600.0


def examine_gap(
    recording: StreamedRecord,
    start_s: float,
    end_s: float,
    beat_before: bool = True,
    usual: UsualRises | None = None,
) -> Iterator[tuple[float, float, str]]:
    """Examine a gap between two beats piece by piece.

    Parameters
    ----------
    recording : StreamedRecord
        Mean values of one at a high rate, see `ecg_anomaly.records.averaged_record`.
    start_s, end_s : float
        The gap, without the QRS complexes around it.
    beat_before : bool
        False at the start of a recording, and where no beat is known.
    usual : UsualRises, optional
        By default it is measured before `start_s`, without P waves.

    Yields
    ------
    (float, float, str)
        Start and end of some pieces of one state in s, and that state.
    """
    fs, size = recording.fs, max(2, round(PIECE_S * recording.fs))
    columns = list(range(min(len(recording.leads), MOST_LEADS)))
    at, last = round(start_s * fs), min(round(end_s * fs), recording.n_samples)
    if beat_before and usual is None:
        usual = measure_usual(recording, start_s)
    block = max(1, round(BLOCK_S / PIECE_S) // max(1, len(columns))) * size
    while at < last:
        nothing = (min(recording.next_stored(at), last) - at) // size * size
        if nothing:
            yield at / fs, (at + nothing) / fs, MISSING
            at += nothing
            continue
        stop = min(at + block, last)
        states = _judge_pieces(recording.read(at, stop, columns), size, fs, usual)
        edges = [0, *(np.flatnonzero(states[1:] != states[:-1]) + 1).tolist(), len(states)]
        for first, end in pairwise(edges):
            pieces = (at + first * size, min(at + end * size, stop))
            yield pieces[0] / fs, pieces[1] / fs, str(states[first])
        at = stop


def _judge_pieces(
    signal: NDArray[np.float32], size: int, fs: float, usual: UsualRises | None
) -> NDArray[np.str_]:
    """Return the state of each `size` samples of (n, n_leads)."""
    padded = np.pad(signal, ((0, -len(signal) % size), (0, 0)), mode="edge")
    pieces = padded.reshape(-1, size, signal.shape[1])
    known = np.isfinite(pieces)
    stored = known.mean(axis=1) >= 0.5
    high = np.where(known, pieces, -np.inf).max(axis=1)
    low = np.where(known, pieces, np.inf).min(axis=1)
    moves = stored & (np.where(stored, high, 0) - np.where(stored, low, 0) >= FLAT_MV)
    rise = measure_rise(pieces, fs)
    steep = stored & (rise > (np.float32(STEEP_MV) if usual is None else usual.least_steep))
    if usual is not None and usual.clear.any():
        shown = (moves & usual.clear).any(axis=1)
        steep[shown] &= rise[shown] > usual.least_beside_clear
    states = np.where(steep.any(axis=1), STEEP, SILENT)
    states = np.where(moves.any(axis=1), states, FLAT)
    return np.where(stored.any(axis=1), states, MISSING)


def find_steepest(recording: StreamedRecord, end_s: float) -> float:
    """Return when, within the last piece before `end_s`, the signal changes most, in s."""
    fs, stop = recording.fs, round(end_s * recording.fs)
    start, lag = stop - max(2, round(PIECE_S * fs)), max(1, round(RISE_S * fs))
    signal = recording.read(max(0, start), stop)
    if len(signal) <= lag:
        return end_s
    change = np.nan_to_num(np.abs(signal[lag:] - signal[:-lag])).max(axis=1)
    return (max(0, start) + lag + int(change.argmax())) / fs
