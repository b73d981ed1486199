"""Look at the signal between two distant beats: it is silent, absent, or hides a QRS complex."""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.records.record import StreamedRecord

#: States of a piece of signal: nothing recorded, no electrode attached, something as steep as a
#: QRS complex, and a signal without one.
MISSING, FLAT, STEEP, SILENT = "missing samples", "flat", "steep", "silent"

#: Length of a piece in s: how late an asystole may be found.
PIECE_S = 0.5

#: A flat line moves less within a piece, in mV: no electrode is attached. The ECG of a heart that
#: stands still moves with breathing and carries the noise of the amplifier.
FLAT_MV = 0.005

#: A QRS complex rises or falls within this time in s.
RISE_S = 0.04

#: A rise of more than this share of that of usual beats may be a QRS complex.
STEEP_SHARE = 0.35

#: The rise of usual beats is looked for in so many s before the gap; where there is no beat, a rise
#: of `STEEP_MV` counts as one.
BEFORE_S, STEEP_MV = 8.0, 0.15

#: A smaller rise than this, in mV, is noise, however small the usual beats are; a larger one than
#: `MOST_STEEP_MV` may be a QRS complex, however large they are: where electrodes moved before a
#: gap, their motion is taken for the usual beats.
LEAST_STEEP_MV, MOST_STEEP_MV = 0.05, 0.7

#: So many leads are looked at, the first ones, and so many s of one lead at a time.
MOST_LEADS, BLOCK_S = 12, 600.0


def examine_gap(
    recording: StreamedRecord,
    start_s: float,
    end_s: float,
    beat_before: bool = True,
    usual: NDArray[np.float32] | None = None,
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
    usual : (n_leads,) float32, optional
        From `measure_usual_rise`, for a part of a gap whose start was examined before.

    Yields
    ------
    (float, float, str)
        Start and end of some pieces of one state in s, and that state.
    """
    fs, size = recording.fs, max(2, round(PIECE_S * recording.fs))
    columns = list(range(min(len(recording.leads), MOST_LEADS)))
    at, last = round(start_s * fs), min(round(end_s * fs), recording.n_samples)
    if beat_before and usual is None:
        usual = measure_usual_rise(recording, start_s)
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


def measure_usual_rise(recording: StreamedRecord, start_s: float) -> NDArray[np.float32] | None:
    """Measure how much the usual beats before a gap rise in each lead, within `RISE_S`.

    Parameters
    ----------
    recording : StreamedRecord
    start_s : float
        Start of the gap.

    Returns
    -------
    (n_leads,) float32 or None
        In mV, of the first `MOST_LEADS` leads, 0 for one that was off; None where less than 2 s of
        signal lie before it.
    """
    columns, at = list(range(min(len(recording.leads), MOST_LEADS))), round(start_s * recording.fs)
    size = max(2, round(2 * recording.fs))  # a piece of 2 s holds a beat
    first = max(0, at - round(BEFORE_S * recording.fs))
    pieces = [recording.read(a, a + size, columns) for a in range(first, at - size + 1, size)]
    if not pieces:
        return None
    rises = [_measure_rise(piece[None], recording.fs)[0] for piece in pieces]
    return np.median(rises, axis=0).astype(np.float32)


def _measure_rise(pieces: NDArray[np.float32], fs: float) -> NDArray[np.float32]:
    """Return the largest change within `RISE_S` in mV of (k, n, n_leads) pieces; 0 for none."""
    lag = min(max(1, round(RISE_S * fs)), pieces.shape[1] - 1)
    change = np.abs(pieces[:, lag:] - pieces[:, :-lag])
    return np.asarray(np.nan_to_num(change, nan=0.0).max(axis=1, initial=0.0), np.float32)


def _judge_pieces(
    signal: NDArray[np.float32], size: int, fs: float, usual: NDArray[np.float32] | None
) -> NDArray[np.str_]:
    """Return the state of each `size` samples of (n, n_leads)."""
    padded = np.pad(signal, ((0, -len(signal) % size), (0, 0)), mode="edge")
    pieces = padded.reshape(-1, size, signal.shape[1])
    known = np.isfinite(pieces)
    stored = known.mean(axis=1) >= 0.5
    high = np.where(known, pieces, -np.inf).max(axis=1)
    low = np.where(known, pieces, np.inf).min(axis=1)
    moves = stored & (np.where(stored, high, 0) - np.where(stored, low, 0) >= FLAT_MV)
    known_rise = np.zeros(1, np.float32) if usual is None else usual
    least = np.clip(STEEP_SHARE * known_rise, LEAST_STEEP_MV, MOST_STEEP_MV)
    least = np.where(known_rise > 0, least, STEEP_MV)  # a lead that was off until now
    steep = stored & (_measure_rise(pieces, fs) > least)
    states = np.where(steep.any(axis=1), STEEP, SILENT)
    states = np.where(moves.any(axis=1), states, FLAT)
    return np.where(stored.any(axis=1), states, MISSING)
