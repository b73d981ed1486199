"""Resample, low-pass and remove the baseline of leads, with a short look-ahead.

Every filter here is finite: an output sample depends on two seconds before it and on a fifth of a
second after it. So bad samples spoil only what follows soon, a live detector can filter with that
delay, and a recording can be filtered piece by piece with the same result.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.baseline import baseline_reach, estimate_baseline
from ecg_anomaly.beats.clipping import find_clipped
from ecg_anomaly.beats.excerpts import Excerpt, Reach
from ecg_anomaly.beats.missing_samples import (
    HOLD_S,
    SHORT_GAP_S,
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
        Length in s of the last signal that the baseline is estimated from.
    """

    fs: float
    low_pass_hz: float
    baseline_window_s: float

    @classmethod
    def from_config(cls, config: PreprocessConfig) -> "FilterSettings":
        """Take the filters that are configured for preprocessing."""
        return cls(config.fs, config.low_pass_hz, config.baseline_window_s)

    @property
    def reach(self) -> Reach:
        """What a filtered sample depends on, bridged gaps included.

        A sample in a gap depends also on the end of the gap.
        """
        low_pass = Reach(LOW_PASS_REACH_S + HOLD_S, LOW_PASS_REACH_S + SHORT_GAP_S)
        return low_pass.beyond(baseline_reach(self.baseline_window_s, self.fs))


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
    back, ahead = (
        round(reach_s * settings.fs)
        for reach_s in baseline_reach(settings.baseline_window_s, settings.fs)
    )
    around = range(max(0, wanted.start - back), min(length, wanted.stop + ahead))
    filtered = []
    for row in range(excerpt.signal.shape[1]):
        lead = np.ascontiguousarray(excerpt.signal[:, row], dtype=np.float32)
        lead, *marks = _bridge_and_mark(lead, float(excerpt.before[row]), fs)
        missing, bridged, clipped = (
            _resample_mask(mask, excerpt.start, wanted, resampler) for mask in marks
        )
        signal = resampler.resample(lead, excerpt.start, around)
        inside = signal[wanted.start - around.start : wanted.stop - around.start]
        line = estimate_baseline(signal, around, wanted, settings.baseline_window_s, settings.fs)
        signal = (inside - line).astype(np.float32)
        filtered.append(FilteredLead(signal, missing, bridged, clipped, wanted.start))
    return filtered


def _bridge_and_mark(
    lead: NDArray[np.float32], before: float, fs: float
) -> tuple[NDArray[np.float32], NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Bridge the gaps of a lead; mark samples in long gaps, in short ones, and clipped ones.

    Where nothing is missing the first two marks are empty.
    """
    nothing = np.zeros(0, dtype=bool)
    if not lacks_samples(lead):
        return lead, nothing, nothing, find_clipped(lead, fs)
    gaps = find_missing(lead)
    clipped = find_clipped(np.where(gaps, np.float32(np.nan), lead), fs)
    short = find_short_gaps(gaps, fs)
    return bridge_gaps(lead, gaps, before, fs), gaps & ~short, short, clipped


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
