"""Measure how much the usual QRS complexes and P waves before a gap rise, lead by lead.

A QRS complex is told from all else by how much it rises or falls within some hundredths of a
second, compared with those before. Where beats are known the P waves before them are measured as
well: in a lead that shows little of the QRS complexes P waves and noise may be as steep.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.p_waves import P_FROM_S, P_TO_S
from ecg_anomaly.records.record import StreamedRecord

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

#: So many leads are looked at, the first ones.
MOST_LEADS = 12

#: So many of the last beats are usual; a QRS complex lies so many s around its R peak.
USUAL_BEATS, AROUND_S = 8, 0.08

#: A P wave rises at most so many times as much as what lies before the usual QRS complexes.
P_TIMES = 1.75

#: A lead is clear where the usual QRS complexes rise so many times as much as what lies before.
CLEAR_TIMES = 4.0


@dataclass(frozen=True)
class UsualRises:
    """How much usual beats rise within `RISE_S`; all arrays are (n_leads,), the first `MOST_LEADS`.

    Attributes
    ----------
    beats : float32
        Of the steepest of usual seconds, in mV; 0 for a lead that was off.
    p_waves : float32
        The most that a P wave rises, in mV; 0 where it is not known.
    clear : bool
        Leads in which QRS complexes stand out; none where nothing is known of P waves.
    """

    beats: NDArray[np.float32]
    p_waves: NDArray[np.float32]
    clear: NDArray[np.bool_]

    @property
    def least_steep(self) -> NDArray[np.float32]:
        """Rise from which on it may be a QRS complex, in mV."""
        least = np.clip(STEEP_SHARE * self.beats, LEAST_STEEP_MV, MOST_STEEP_MV)
        return np.where(self.beats > 0, least, np.float32(STEEP_MV))  # a lead that was off

    @property
    def least_beside_clear(self) -> NDArray[np.float32]:
        """The same where a clear lead shows the QRS complexes: no P wave of another is one."""
        p_waves = np.minimum(self.p_waves, np.float32(MOST_STEEP_MV))
        return np.where(self.clear, self.least_steep, np.maximum(self.least_steep, p_waves))


def measure_usual(
    recording: StreamedRecord, start_s: float, last_s: NDArray[np.float64] | None = None
) -> UsualRises | None:
    """Measure how much the usual beats before a gap rise.

    Parameters
    ----------
    recording : StreamedRecord
    start_s : float
        Start of the gap.
    last_s : (n,) float64, optional
        Beats before it, of which the last `USUAL_BEATS` are usual.

    Returns
    -------
    UsualRises or None
        None where less than 2 s of signal lie before the gap.
    """
    columns, at = _columns(recording), round(start_s * recording.fs)
    size = max(2, round(2 * recording.fs))  # a piece of 2 s holds a beat
    first = max(0, at - round(BEFORE_S * recording.fs))
    n = max(0, at - first) // size
    if not n:
        return None
    pieces = recording.read(first, first + n * size, columns).reshape(n, size, len(columns))
    beats = np.median(measure_rise(pieces, recording.fs), axis=0).astype(np.float32)
    known = None if last_s is None else measure_p_waves(recording, last_s)
    p_waves, clear = known or (np.zeros_like(beats), np.zeros(len(beats), bool))
    return UsualRises(beats, p_waves, clear)


def measure_p_waves(
    recording: StreamedRecord, last_s: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.bool_]] | None:
    """Measure how much P waves rise at most, and in which leads QRS complexes are clear.

    Parameters
    ----------
    recording : StreamedRecord
    last_s : (n,) float64
        Beats, of which the last `USUAL_BEATS` are usual.

    Returns
    -------
    p_waves, clear : (n_leads,) float32, (n_leads,) bool
        As in `UsualRises`; None where fewer beats are known, or no lead is clear.
    """
    usual_s = last_s[-USUAL_BEATS:]
    qrs = read_rises(recording, usual_s, -AROUND_S, AROUND_S)
    before = read_rises(recording, usual_s, -P_FROM_S, -P_TO_S)
    if min(len(qrs), len(before)) < USUAL_BEATS:
        return None
    whole, flat = np.median(qrs, axis=0), np.median(before, axis=0)
    clear = (whole >= CLEAR_TIMES * flat) & (STEEP_SHARE * whole >= LEAST_STEEP_MV)
    most = np.maximum(P_TIMES * flat, LEAST_STEEP_MV)
    most = np.where(clear, np.minimum(most, STEEP_SHARE * whole), most)
    return (most.astype(np.float32), clear) if clear.any() else None


def read_rises(
    recording: StreamedRecord, time_s: NDArray[np.float64], from_s: float, to_s: float
) -> NDArray[np.float32]:
    """Measure the rise from `from_s` to `to_s` around some moments, (k, n_leads).

    Moments at the edges of the recording are left out.
    """
    columns, size = _columns(recording), max(2, round((to_s - from_s) * recording.fs))
    starts = np.round((time_s + from_s) * recording.fs).astype(np.int64)
    inside = starts[(starts >= 0) & (starts + size <= recording.n_samples)].tolist()
    pieces = [recording.read(start, start + size, columns) for start in inside]
    return measure_rise(np.array(pieces).reshape(-1, size, len(columns)), recording.fs)


def measure_rise(pieces: NDArray[np.float32], fs: float) -> NDArray[np.float32]:
    """Measure the largest change within `RISE_S` of pieces of signal.

    Parameters
    ----------
    pieces : (k, n, n_leads) float32
        In mV.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (k, n_leads) float32
        In mV; 0 where nothing is known.
    """
    lag = min(max(1, round(RISE_S * fs)), pieces.shape[1] - 1)
    change = np.abs(pieces[:, lag:] - pieces[:, :-lag])
    return np.asarray(np.nan_to_num(change, nan=0.0).max(axis=1, initial=0.0), np.float32)


def _columns(recording: StreamedRecord) -> list[int]:
    return list(range(min(len(recording.leads), MOST_LEADS)))
