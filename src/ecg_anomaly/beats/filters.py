"""Resample, low-pass and remove the baseline of leads, with linear phase and a bounded reach.

Every filter here is symmetric and finite: an output sample depends on less than 1.5 s of signal on
either side. So bad samples spoil only their neighbourhood, a live detector can filter with a fixed
delay, and a recording can be filtered piece by piece with the same result.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.clipping import find_clipped
from ecg_anomaly.beats.excerpts import (
    RAMP_S,
    Excerpt,
    Reach,
    bridge_gaps,
    find_missing,
    find_short_gaps,
    lacks_samples,
)
from ecg_anomaly.beats.resampling import (
    LOW_PASS_REACH_S,
    Resampler,
    make_resampler,
    resampled_length,
)
from ecg_anomaly.config.pipeline_schema import PreprocessConfig


@dataclass(frozen=True)
class FilterSettings:
    """What leads are filtered to.

    Attributes
    ----------
    fs : float
        Sampling rate of the filtered leads in Hz.
    low_pass_hz : float
        Cut-off frequency of the low-pass filter.
    baseline_window_s : float
        Length in s of the moving average that is subtracted.
    """

    fs: float
    low_pass_hz: float
    baseline_window_s: float

    @classmethod
    def from_config(cls, config: PreprocessConfig) -> "FilterSettings":
        """Take the filters that are configured for preprocessing."""
        return cls(config.fs, config.low_pass_hz, config.baseline_window_s)

    @property
    def half_window(self) -> int:
        """Samples on either side that the moving average takes in."""
        return max(1, round(self.baseline_window_s * self.fs / 2))

    @property
    def reach(self) -> Reach:
        """What a filtered sample depends on, bridged gaps included."""
        reach_s = LOW_PASS_REACH_S + 2 * self.half_window / self.fs + RAMP_S
        return Reach(reach_s, reach_s)


@dataclass(frozen=True)
class FilteredLead:
    """A piece of a filtered lead.

    Attributes
    ----------
    signal : (n,) float32
        Amplitude in mV.
    missing, bridged, clipped : (n,) bool
        True where the recorder stored nothing, where it did so for `SHORT_GAP_S` at most, which
        does not count as missing, and where it ran out of range.
    start : int
        Index of the first sample in the filtered recording.
    """

    signal: NDArray[np.float32]
    missing: NDArray[np.bool_]
    bridged: NDArray[np.bool_]
    clipped: NDArray[np.bool_]
    start: int


def filter_excerpt(
    excerpt: Excerpt, fs: float, wanted: range, settings: FilterSettings
) -> list[FilteredLead]:
    """Filter a piece of a recording: resample, low-pass, remove the baseline.

    The baseline is a moving average taken twice. The two averages make a triangle; its frequency
    response is a squared sinc without side lobes that would ring around the QRS complex.

    Parameters
    ----------
    excerpt : Excerpt
        Reaches `FilterSettings.reach` further than the wanted samples, or to the ends of the
        recording. Missing samples are bridged and marked.
    fs : float
        Sampling rate of the excerpt in Hz.
    wanted : range
        Samples of the filtered recording to compute.
    settings : FilterSettings
        New sampling rate and filters.

    Returns
    -------
    list of FilteredLead
        One per lead of the excerpt.
    """
    resampler = make_resampler(fs, settings.fs, settings.low_pass_hz)
    length = resampled_length(excerpt.n_samples, fs, settings.fs)
    half = settings.half_window
    around = range(max(0, wanted.start - 2 * half), min(length, wanted.stop + 2 * half))
    filtered = []
    for row in range(excerpt.signal.shape[1]):
        lead = np.ascontiguousarray(excerpt.signal[:, row], dtype=np.float32)
        gaps, short = np.zeros((2, 0), dtype=bool)
        if not lacks_samples(lead):
            clipped = find_clipped(lead, fs)
        else:
            gaps = find_missing(lead)
            clipped = find_clipped(np.where(gaps, np.float32(np.nan), lead), fs)
            lead = bridge_gaps(lead, gaps, float(excerpt.before[row]), fs)
            short = find_short_gaps(gaps, fs)
            gaps = gaps & ~short
        missing, bridged, clipped = (
            _resample_mask(marks, excerpt.start, wanted, resampler)
            for marks in (gaps, short, clipped)
        )
        signal = resampler.resample(lead, excerpt.start, around)
        signal = _subtract_baseline(signal, around, wanted, half)
        filtered.append(FilteredLead(signal, missing, bridged, clipped, wanted.start))
    return filtered


def _subtract_baseline(
    lead: NDArray[np.float32], around: range, wanted: range, half: int
) -> NDArray[np.float32]:
    """Subtract the baseline of `wanted`; `around` reaches further, or to the recording's ends."""
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
    marks: NDArray[np.bool_], start: int, wanted: range, resampler: Resampler
) -> NDArray[np.bool_]:
    """Mark the output samples that stand for a marked input sample."""
    if not marks.any():
        return np.zeros(len(wanted), dtype=bool)
    per_sample = 1 / float(resampler.ratio)
    width = max(1, int(np.ceil(per_sample)))
    nearest = np.rint(np.arange(wanted.start, wanted.stop) * per_sample).astype(np.intp) - start
    nearest = np.minimum(nearest, len(marks) - 1)
    total = np.concatenate([[0], np.cumsum(marks)])
    first = np.clip(nearest - width // 2, 0, len(marks))
    return total[np.clip(nearest - width // 2 + width, 0, len(marks))] > total[first]
