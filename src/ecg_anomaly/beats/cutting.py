"""Windows cut out of a piece of a recording, and whether they can be read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_noise import (
    NOISE_REACH_BLOCKS,
    NOISE_REACH_S,
    measure_noise,
    noise_block,
)
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.cleaning import say_why_unreadable
from ecg_anomaly.beats.excerpts import Excerpt
from ecg_anomaly.beats.filters import FilteredLead, filter_excerpt, filter_reach_s
from ecg_anomaly.beats.resampling import resampled_length, resampling_ratio
from ecg_anomaly.config.pipeline_schema import PreprocessConfig


def cut_excerpt(
    excerpt: Excerpt,
    fs: float,
    sample: NDArray[np.int64],
    columns: list[int],
    config: PreprocessConfig,
    home: range | None = None,
) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """Filter a piece of a recording and cut a window around some of its beats.

    Parameters
    ----------
    excerpt : Excerpt
        Those leads of `columns` that are there, in that order; reaches `window_reach_s` beyond
        `home`, or to the recording's ends.
    fs : float
        Sampling rate of the recording in Hz.
    sample : (m,) int64
        R peaks in samples of the recording, ascending: all in `home` and in `NOISE_REACH_S`
        around it.
    columns : list of int
        See `choose_leads`; a place without a lead, -1, is 0 in every window.
    config : PreprocessConfig
        Gives filters, window and limits.
    home : range, optional
        Samples of the recording whose n beats are cut; all of it by default. The other beats only
        tell how noisy these are.

    Returns
    -------
    waveform : (n, n_samples, n_places) float32
        In mV.
    unreadable : (n,) str
        Why a window cannot be read, ``""`` when it can. The first lead decides. Another one that
        is flat, clipped, implausible or has a gap is 0, as if it were absent: detectors know a
        beat without it. Noise is no such reason: inside DS1 of MIT-BIH a noisy second lead says
        more than none.
    """
    home = range(excerpt.n_samples) if home is None else home
    length = resampled_length(excerpt.n_samples, fs, config.fs)
    ratio = float(resampling_ratio(fs, config.fs))
    wanted = _filtered_range(home, ratio, length, config.fs)
    mine = (sample >= home.start) & (sample < home.stop)
    frame = _frame(np.rint(sample * ratio).astype(np.int64), mine, wanted, length, config)
    waveform = np.zeros((*frame.index.shape, len(columns)), np.float32)
    quiet = np.full(len(waveform), "", dtype="<U16")
    if not len(waveform):
        return waveform, quiet
    leads = filter_excerpt(excerpt, fs, wanted, config)
    noise = _name_noise(leads.select(0), frame, config)
    for row, place in enumerate(np.flatnonzero(np.array(columns) >= 0)):
        window, why = _cut_lead(leads.select(row), frame, noise if row == 0 else quiet, config)
        if row == 0:
            unreadable = why
        else:
            window[why != ""] = 0
        waveform[:, :, place] = window
    return waveform, unreadable


def only_first_lead(waveform: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Tell of windows (n, window, n_places) which have no lead but the first; (n,).

    Where only one lead is wanted at all, none of them does.
    """
    others = waveform[:, :, 1:]
    return ~others.any(axis=(1, 2)) & (others.shape[2] > 0)


def window_reach_s(config: PreprocessConfig) -> float:
    """Seconds on either side of an R peak that its window, or what is said of it, depends on."""
    window_s = max(config.window_before_s, config.window_after_s)
    return max(window_s, NOISE_REACH_S) + filter_reach_s(config) + 1 / config.fs


@dataclass(frozen=True)
class _Frame:
    """Where beats are in filtered leads of which the first sample is `start`.

    Attributes
    ----------
    index : (n, window) int64
        Samples of each window; at the ends of the recording the edge repeats.
    outside : (n,) bool
        True for a window that reaches beyond the recording.
    centre : (m,) int64
        R peaks, those of beats around included, in samples of the filtered recording.
    mine : (m,) bool
        True for the n beats that are cut.
    """

    index: NDArray[np.int64]
    outside: NDArray[np.bool_]
    centre: NDArray[np.int64]
    mine: NDArray[np.bool_]


def _frame(
    centre: NDArray[np.int64],
    mine: NDArray[np.bool_],
    wanted: range,
    length: int,
    config: PreprocessConfig,
) -> _Frame:
    near = (centre >= wanted.start) & (centre < wanted.stop)
    window = BeatWindow.from_config(config)
    first, size = centre[mine] - window.r_peak, window.n_samples
    index = np.clip(first[:, None] + np.arange(size), 0, length - 1) - wanted.start
    outside = (first < 0) | (first + size > length)
    return _Frame(index, outside, centre[near], mine[near])


def _name_noise(lead: FilteredLead, frame: _Frame, config: PreprocessConfig) -> NDArray[np.str_]:
    noise = measure_noise(lead.signal, lead.missing, lead.start, frame.centre, config.fs)
    return noise.name(config)[frame.mine]


def _cut_lead(
    lead: FilteredLead, frame: _Frame, noise: NDArray[np.str_], config: PreprocessConfig
) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """Cut the windows of one lead, and say why each cannot be read."""
    window = lead.signal.take(frame.index)
    missing, clipped = (_touches(mask, frame.index) for mask in (lead.missing, lead.clipped))
    return window, say_why_unreadable(window, frame.outside, missing, clipped, noise, config)


def _touches(marks: NDArray[np.bool_], index: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which windows hold a marked sample; mostly there is none at all."""
    if not marks.any():
        return np.zeros(len(index), dtype=bool)
    return np.asarray(marks[index].any(axis=1))


def _filtered_range(home: range, ratio: float, length: int, fs: float) -> range:
    """Return the filtered samples that the noise of beats, and so their windows, depend on."""
    block = noise_block(fs)
    first, last = (int(edge * ratio) // block for edge in (home.start, home.stop))
    start, stop = first - NOISE_REACH_BLOCKS, last + 1 + NOISE_REACH_BLOCKS
    return range(max(0, start * block), min(stop * block, length))
