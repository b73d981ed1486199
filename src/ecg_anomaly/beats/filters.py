"""Baseline removal, low-pass and resampling with linear phase and a bounded reach.

Every filter here is symmetric and finite: a sample of the output depends on less than 1.5 s of
signal, so bad samples spoil only their neighbourhood, a live detector can do the same with a
fixed delay, and a recording can be filtered piece by piece with the result of the whole.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.clipping import find_clipped
from ecg_anomaly.beats.excerpts import RAMP_S, Excerpt, bridge_gaps, find_missing, lacks_samples
from ecg_anomaly.beats.resampling import (
    LOW_PASS_REACH_S,
    Resampler,
    make_resampler,
    resampled_length,
)
from ecg_anomaly.config.pipeline_schema import PreprocessConfig


@dataclass(frozen=True)
class FilteredLead:
    """One of `FilteredLeads`; arrays (n,)."""

    signal: NDArray[np.float32]
    missing: NDArray[np.bool_]
    clipped: NDArray[np.bool_]
    start: int


@dataclass(frozen=True)
class FilteredLeads:
    """Some leads of a recording at ``config.fs``.

    Attributes
    ----------
    signal : (n_leads, n) float32
        Amplitude in mV.
    missing, clipped : (n_leads, n) bool
        True where the recorder stored nothing, and where it ran out of range.
    start : int
        Place of the first sample in the filtered recording.
    """

    signal: NDArray[np.float32]
    missing: NDArray[np.bool_]
    clipped: NDArray[np.bool_]
    start: int

    def select(self, row: int) -> FilteredLead:
        """Return one of the leads."""
        return FilteredLead(self.signal[row], self.missing[row], self.clipped[row], self.start)


def filter_signal(
    signal: NDArray[np.float32], fs: float, config: PreprocessConfig
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Resample to ``config.fs``, low-pass, and remove the baseline.

    Parameters
    ----------
    signal : (n_samples, n_leads) float32
        Amplitude in mV; what is missing is bridged and reported.
    fs : float
        Sampling rate of `signal` in Hz.
    config : PreprocessConfig
        Rate, cut-off and baseline window.

    Returns
    -------
    filtered : (n_out, n_leads) float32
        Amplitude in mV at ``config.fs``.
    missing : (n_out, n_leads) bool
        True where the recorder stored nothing.
    """
    wanted = range(resampled_length(len(signal), fs, config.fs))
    found = filter_excerpt(Excerpt.whole(signal), fs, wanted, config)
    return found.signal.T, found.missing.T


def filter_excerpt(
    excerpt: Excerpt, fs: float, wanted: range, config: PreprocessConfig
) -> FilteredLeads:
    """Filter a piece of a recording.

    Parameters
    ----------
    excerpt : Excerpt
        Reaches `filter_reach_s` further than what is wanted, or to the recording's own ends.
    fs : float
        Sampling rate of the excerpt in Hz.
    wanted : range
        Samples of the filtered recording.
    config : PreprocessConfig
        Rate, cut-off and baseline window.
    """
    resampler = make_resampler(fs, config)
    length = resampled_length(excerpt.n_samples, fs, config.fs)
    half = _half_window(config.fs, config.baseline_window_s)
    around = range(max(0, wanted.start - 2 * half), min(length, wanted.stop + 2 * half))
    n_leads = excerpt.signal.shape[1]
    signal = np.zeros((n_leads, len(wanted)), np.float32)
    missing, clipped = (np.zeros((n_leads, len(wanted)), bool) for _ in range(2))
    for row in range(n_leads):
        lead = np.ascontiguousarray(excerpt.signal[:, row], dtype=np.float32)
        if lacks_samples(lead):
            gaps = find_missing(lead)
            lead = bridge_gaps(lead, gaps, float(excerpt.before[row]), fs)
            missing[row] = _resample_mask(gaps, excerpt.start, wanted, resampler)
        cut_off = find_clipped(lead, fs)
        if cut_off.any():
            clipped[row] = _resample_mask(cut_off, excerpt.start, wanted, resampler)
        resampled = resampler.resample(lead, excerpt.start, around)
        signal[row] = _subtract_baseline(resampled, around, wanted, half)
    return FilteredLeads(signal, missing, clipped, wanted.start)


def filter_reach_s(config: PreprocessConfig) -> float:
    """Seconds of signal on either side that a filtered sample depends on, bridged gaps included."""
    half = _half_window(config.fs, config.baseline_window_s)
    return LOW_PASS_REACH_S + 2 * half / config.fs + RAMP_S


def remove_baseline(signal: NDArray[np.float32], fs: float, window_s: float) -> NDArray[np.float32]:
    """Subtract a moving average, taken twice.

    The two averages make a triangle of ``2 * window_s`` in all; its frequency response is a
    squared sinc without side lobes that would ring around the QRS complex.

    Parameters
    ----------
    signal : (n_samples, n_leads) float32
        Amplitude in mV, no NaN.
    fs : float
        Sampling rate in Hz.
    window_s : float
        Length of each average in s.

    Returns
    -------
    (n_samples, n_leads) float32
    """
    whole, half = range(len(signal)), _half_window(fs, window_s)
    leads = [
        _subtract_baseline(np.ascontiguousarray(lead), whole, whole, half) for lead in signal.T
    ]
    return np.stack(leads, axis=1)


def _half_window(fs: float, window_s: float) -> int:
    return max(1, round(window_s * fs / 2))


def _subtract_baseline(
    lead: NDArray[np.float32], around: range, wanted: range, half: int
) -> NDArray[np.float32]:
    """Subtract the baseline where it is wanted; `around` reaches further or to the ends."""
    middle = range(max(around.start, wanted.start - half), min(around.stop, wanted.stop + half))
    once = _moving_average(lead.astype(np.float64), around, middle, half)
    twice = _moving_average(once, middle, wanted, half)
    inside = lead[wanted.start - around.start : wanted.stop - around.start]
    return (inside - twice).astype(np.float32)


def _moving_average(
    values: NDArray[np.float64], given: range, wanted: range, half: int
) -> NDArray[np.float64]:
    """Average over ``2 * half + 1`` samples; beyond the ends of the recording the edges repeat.

    Every sum is made in the same order, so that it does not depend on where a piece begins.
    """
    low, high = wanted.start - half, wanted.stop + half
    inside = values[max(low - given.start, 0) : max(high - given.start, 1)]
    padding = max(given.start - low, 0), max(high - given.stop, 0)
    rest = np.pad(inside, padding, mode="edge") if any(padding) else inside
    total, width, power, start = np.zeros(len(wanted)), 2 * half + 1, 1, 0
    while width:
        if width & 1:
            total += rest[start : start + len(wanted)]
            start += power
        width >>= 1
        if width:
            rest = rest[:-power] + rest[power:]
            power *= 2
    total /= 2 * half + 1
    return total


def _resample_mask(
    missing: NDArray[np.bool_], start: int, wanted: range, resampler: Resampler
) -> NDArray[np.bool_]:
    """Mark samples out that stand for a sample in that is marked."""
    per_sample = 1 / float(resampler.ratio)
    width = max(1, int(np.ceil(per_sample)))
    nearest = np.rint(np.arange(wanted.start, wanted.stop) * per_sample).astype(np.intp) - start
    nearest = np.minimum(nearest, len(missing) - 1)
    total = np.concatenate([[0], np.cumsum(missing)])
    first = np.clip(nearest - width // 2, 0, len(missing))
    return total[np.clip(nearest - width // 2 + width, 0, len(missing))] > total[first]
