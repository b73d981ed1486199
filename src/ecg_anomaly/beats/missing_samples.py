"""Find missing samples, and bridge gaps of them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: Time in s for which a gap holds the value before it. The window of a beat before the gap looks no
#: further ahead, so it does not depend on the end of the gap.
HOLD_S = 0.65


#: Gaps of at most this length, in s, are bridged: a dropped sample hides no wave of a heartbeat.
SHORT_GAP_S = 0.02


#: No electrode gives more than this, in mV; samples beyond it count as missing.
LARGEST_MV = 5000.0


def lacks_samples(signal: NDArray[np.float32]) -> bool:
    """Tell whether a ``(n, n_leads)`` signal in mV lacks a sample, faster than `find_missing`."""
    if not signal.size:
        return False
    return not (signal.min() >= -LARGEST_MV and signal.max() <= LARGEST_MV)


def are_whole(signals: Sequence[NDArray[np.float32]]) -> list[bool]:
    """Tell of each of some ``(n, n_leads)`` signals whether it lacks no sample.

    Mostly none of them does, and they are asked about as one.
    """
    if not signals:
        return []
    joined = np.concatenate([signal.ravel() for signal in signals])
    if not lacks_samples(joined):
        return [True] * len(signals)
    edges = np.cumsum([0, *(signal.size for signal in signals)])
    missing = np.flatnonzero(find_missing(joined)).searchsorted(edges)
    return [bool(whole) for whole in missing[1:] == missing[:-1]]


def find_missing(signal: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Mark missing samples in mV, of any shape: NaN, infinite, or beyond `LARGEST_MV`."""
    return ~(np.abs(signal) <= LARGEST_MV)


def mask_missing(signal: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a signal in mV with NaN for every missing sample; a copy only if there is one."""
    if not lacks_samples(signal):
        return signal
    return np.where(find_missing(signal), np.float32(np.nan), signal)


def longest_short_gap(fs: float) -> int:
    """Return how many missing samples in a row are a short gap, at a sampling rate in Hz."""
    return max(1, int(SHORT_GAP_S * fs + 1e-6))


def find_short_gaps(missing: NDArray[np.bool_], fs: float) -> NDArray[np.bool_]:
    """Mark the missing samples of a lead that lie in gaps of at most `SHORT_GAP_S`.

    Parameters
    ----------
    missing : (n,) bool
        From `find_missing`.
    fs : float
        Sampling rate in Hz. One missing sample is a short gap at any rate.

    Returns
    -------
    (n,) bool
        False in a gap at either end, of which the length is not known.
    """
    edges = np.flatnonzero(np.diff(missing, prepend=False, append=False))
    start, stop = edges[::2], edges[1::2]
    short = (stop - start <= longest_short_gap(fs)) & (start > 0) & (stop < len(missing))
    change = np.zeros(len(missing) + 1, np.int8)
    change[start[short]], change[stop[short]] = 1, -1
    return np.cumsum(change[:-1], dtype=np.int8).astype(bool)


def bridge_short_gaps(signal: NDArray[np.float32], fs: float) -> NDArray[np.float32]:
    """Replace the samples of short gaps by straight lines, and those of longer ones by NaN.

    Parameters
    ----------
    signal : (n, n_leads) float32
        Amplitude in mV.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (n, n_leads) float32
        The signal itself where nothing is missing.
    """
    if not lacks_samples(signal):
        return signal
    bridged = mask_missing(signal)
    for lead in bridged.T:
        missing = np.isnan(lead)
        short = find_short_gaps(missing, fs)
        known = np.flatnonzero(~missing)
        if short.any():
            lead[short] = np.interp(np.flatnonzero(short), known, lead[known])
    return bridged


def bridge_gaps(
    lead: NDArray[np.float32], missing: NDArray[np.bool_], before: float, fs: float
) -> NDArray[np.float32]:
    """Replace missing samples.

    Parameters
    ----------
    lead : (n,) float32
        Amplitude in mV.
    missing : (n,) bool
        Samples to replace.
    before : float
        Last value before the first sample; NaN where there is none. Where a gap began before the
        first sample, its first `HOLD_S` may be bridged differently than in the whole recording.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (n,) float32
        A short gap, see `SHORT_GAP_S`, becomes a straight line. A longer one holds the last value
        before it for `HOLD_S` and is the next value from there on, so that what follows does not
        depend on what was before a long gap. A gap at the start takes the first value, one at the
        end the last value; without any value all is 0.
    """
    if not missing.any():
        return lead
    known = np.flatnonzero(~missing)
    at, values = known, lead[known]
    if np.isfinite(before):
        at, values = np.append(-1, at), np.append(np.float32(before), values)
    if not len(at):
        return np.zeros_like(lead)
    lost, hold = np.diff(at) - 1, max(1, round(HOLD_S * fs))
    held, long = np.flatnonzero(lost > longest_short_gap(fs)), np.flatnonzero(lost > hold)
    more = at[held] + np.minimum(lost[held], hold), at[long] + hold + 1
    order = np.argsort(at := np.concatenate([at, *more]), kind="stable")
    values = np.concatenate([values, values[held], values[long + 1]])
    bridged = lead.copy()
    bridged[missing] = np.interp(np.flatnonzero(missing), at[order], values[order])
    return bridged


def find_lost(signal: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Mark the samples that are missing in every lead, (n,); an empty array if none is."""
    if not np.isnan(signal[:, 0].sum()):  # far faster than looking at each
        return np.zeros(0, bool)
    return np.asarray(np.isnan(signal).all(axis=1))


def count_lost(signal: NDArray[np.float32]) -> int:
    """Count the samples of a signal, ``(n, n_leads)``, that are missing in every lead."""
    return int(np.count_nonzero(find_lost(signal)))


def last_known(signal: NDArray[np.float32], before: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the last value of each lead that is not missing, or the one before the signal.

    Parameters
    ----------
    signal : (n, n_leads) float32
        NaN where missing; n may be 0.
    before : (n_leads,) float32
        The last value before it, NaN where there is none.

    Returns
    -------
    (n_leads,) float32
    """
    found = before.copy()
    for lead, values in enumerate(signal.T):
        if len(values) and np.isfinite(values[-1]):
            found[lead] = values[-1]
            continue
        known = np.flatnonzero(np.isfinite(values))
        if len(known):
            found[lead] = values[known[-1]]
    return found
