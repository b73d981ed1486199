"""Look at the signal between two distant beats: it is silent, absent, or hides a QRS complex."""

from collections.abc import Iterator

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

#: So many leads are looked at, the first ones, and so many s at a time.
MOST_LEADS, BLOCK_S = 12, 60.0


def examine_gap(
    recording: StreamedRecord, start_s: float, end_s: float, beat_before: bool = True
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

    Yields
    ------
    (float, float, str)
        Start and end of a piece in s, and its state.
    """
    fs, size = recording.fs, max(2, round(PIECE_S * recording.fs))
    columns = list(range(min(len(recording.leads), MOST_LEADS)))
    at, last = round(start_s * fs), min(round(end_s * fs), recording.n_samples)
    usual = _usual_rise(recording, at, columns) if beat_before else None
    while at < last:
        nothing = (min(recording.next_stored(at), last) - at) // size * size
        if nothing:
            yield at / fs, (at + nothing) / fs, MISSING
            at += nothing
            continue
        stop = min(at + max(1, round(BLOCK_S / PIECE_S)) * size, last)
        signal = recording.read(at, stop, columns)
        for first in range(0, len(signal), size):
            piece = signal[first : first + size]
            yield (at + first) / fs, (at + first + len(piece)) / fs, _judge(piece, fs, usual)
        at = stop


def _usual_rise(
    recording: StreamedRecord, at: int, columns: list[int]
) -> NDArray[np.float32] | None:
    """Return the rise of usual beats in each lead, mV, measured before a gap."""
    size = max(2, round(2 * recording.fs))  # a piece of 2 s holds a beat
    first = max(0, at - round(BEFORE_S * recording.fs))
    pieces = [recording.read(a, a + size, columns) for a in range(first, at - size + 1, size)]
    if not pieces:
        return None
    return np.median([_rise(piece, recording.fs) for piece in pieces], axis=0).astype(np.float32)


def _rise(piece: NDArray[np.float32], fs: float) -> NDArray[np.float32]:
    """Return the largest change within `RISE_S` of each lead, mV; 0 where nothing is stored."""
    lag = min(max(1, round(RISE_S * fs)), len(piece) - 1)
    change = np.abs(piece[lag:] - piece[:-lag]) if lag > 0 else np.zeros_like(piece)
    return np.asarray(np.nan_to_num(change, nan=0.0).max(axis=0, initial=0.0), np.float32)


def _judge(piece: NDArray[np.float32], fs: float, usual: NDArray[np.float32] | None) -> str:
    stored = np.isfinite(piece).mean(axis=0) >= 0.5
    if not stored.any():
        return MISSING
    known = np.nan_to_num(piece[:, stored], nan=0.0)
    moving = np.ptp(known, axis=0) >= FLAT_MV
    if not moving.any():
        return FLAT
    least = STEEP_SHARE * usual[stored] if usual is not None else np.float32(STEEP_MV)
    return STEEP if (_rise(piece[:, stored], fs) > np.maximum(least, 0.05)).any() else SILENT
