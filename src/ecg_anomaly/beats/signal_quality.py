"""Signal quality of a record: missing, flat, clipped, noisy, wandering, window by window."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.signal_levels import cut_rows, noise_levels, wander_levels
from ecg_anomaly.records.record import Record

#: A lead whose amplitude moves less than `flat_mv` during a whole block of this length is flat.
FLAT_BLOCK_S = 1.0
#: A run of equal samples at the largest or smallest value of a lead is clipped from this length on.
CLIPPED_RUN_S = 0.02


@dataclass(frozen=True)
class SignalQuality:
    """Quality of every lead in consecutive windows; the last window may be shorter.

    Attributes
    ----------
    start_s : (n_windows,) float64
        Where each window starts.
    missing, flat, clipped : (n_windows, n_leads) float32
        Share of the window's samples that are not finite, that lie in flat blocks, that are
        stuck at the largest or smallest value of the lead.
    noise_mv : (n_windows, n_leads) float32
        Level of the signal above 40 Hz as a standard deviation; NaN where nothing is stored or
        where the sampling rate is too low to tell.
    wander_mv : (n_windows, n_leads) float32
        Root mean square distance of the baseline from its median over the record; NaN where
        nothing is stored and for records of beats cut out and laid end to end.
    """

    start_s: NDArray[np.float64]
    missing: NDArray[np.float32]
    flat: NDArray[np.float32]
    clipped: NDArray[np.float32]
    noise_mv: NDArray[np.float32]
    wander_mv: NDArray[np.float32]


def measure_quality(record: Record, window_s: float = 10.0, flat_mv: float = 0.02) -> SignalQuality:
    """Measure the signal quality of `record`.

    Parameters
    ----------
    record : Record
        NaN and infinite samples count as missing; a record without samples has no window.
    window_s : float
        Length of a window in s.
    flat_mv : float
        A lead that moves less than this during a second is flat, in mV.

    Returns
    -------
    SignalQuality
        ``ceil(duration / window_s)`` windows.
    """
    length = max(1, round(window_s * record.fs))
    leads = np.ascontiguousarray(record.signal.T, dtype=np.float32)
    stored = np.isfinite(leads)
    leads = np.where(stored, leads, np.float32(np.nan))
    n_windows = -(-leads.shape[1] // length)
    shares = [
        _window_shares(marks, length)
        for marks in (
            ~stored,
            _find_flat(leads, record.fs, flat_mv) & stored,
            _find_clipped(leads, record.fs, flat_mv),
        )
    ]
    noise = noise_levels(leads, record.fs, length)
    wander = np.full((len(leads), n_windows), np.nan)
    if not record.segment_length:
        for row, lead in zip(wander, leads, strict=True):
            row[:] = wander_levels(lead, record.fs, length, n_windows)
    columns = (rows.T.astype(np.float32) for rows in (*shares, noise, wander))
    return SignalQuality(np.arange(n_windows) * length / record.fs, *columns)


def _window_shares(marks: NDArray[np.bool_], length: int) -> NDArray[np.float64]:
    sums = np.count_nonzero(cut_rows(marks, length, False), axis=2)
    sizes = np.minimum(length, marks.shape[1] - np.arange(sums.shape[1]) * length)
    return sums / sizes


def _find_flat(leads: NDArray[np.float32], fs: float, flat_mv: float) -> NDArray[np.bool_]:
    """Mark the blocks that hold still; a block that is more than half missing is not judged."""
    length = max(2, round(FLAT_BLOCK_S * fs))
    blocks = cut_rows(leads, length, np.nan)
    span = np.fmax.reduce(blocks, axis=2) - np.fmin.reduce(blocks, axis=2)
    known = np.count_nonzero(np.isfinite(blocks), axis=2) * 2 >= length
    marks = np.repeat(known & (span < flat_mv), length, axis=1)
    return marks[:, : leads.shape[1]]


def _find_clipped(leads: NDArray[np.float32], fs: float, flat_mv: float) -> NDArray[np.bool_]:
    marks = np.zeros(leads.shape, dtype=np.bool_)
    shortest = max(3, round(CLIPPED_RUN_S * fs))
    for lead, mark in zip(leads, marks, strict=True):
        low, high = np.fmin.reduce(lead, initial=np.inf), np.fmax.reduce(lead, initial=-np.inf)
        if high - low >= max(flat_mv, np.finfo(np.float32).tiny):
            mark |= _find_runs(lead == low, shortest) | _find_runs(lead == high, shortest)
    return marks


def _find_runs(marks: NDArray[np.bool_], shortest: int) -> NDArray[np.bool_]:
    edges = np.flatnonzero(np.diff(marks, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    long = ends - starts >= shortest
    steps = np.zeros(len(marks) + 1, dtype=np.int8)
    steps[starts[long]], steps[ends[long]] = 1, -1
    return np.cumsum(steps[:-1], dtype=np.int8).astype(np.bool_)
