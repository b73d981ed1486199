"""Cut a window around each beat in a piece of a recording, and mark unreadable windows."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_noise import measure_noise
from ecg_anomaly.beats.beat_quality import MEDIAN_BEATS, NoiseLimits
from ecg_anomaly.beats.beat_window import BeatWindow, WindowPlaces, place_windows
from ecg_anomaly.beats.clipping import run_ends
from ecg_anomaly.beats.excerpts import Excerpt
from ecg_anomaly.beats.filters import FilteredLead, FilterSettings, filter_excerpt
from ecg_anomaly.beats.readability import (
    REASON_TYPE,
    is_cut_off,
    name_unreadable,
)
from ecg_anomaly.beats.resampling import resampled_length, resampling_ratio
from ecg_anomaly.beats.window_reach import CLIPPED_KNOWN_S, filtered_range, filtered_reach
from ecg_anomaly.config.pipeline_schema import PreprocessConfig

#: Reasons (n,) str and quality (n,) float32 of beats, from `BeatNoise.name_and_rate`.
Rated = tuple[NDArray[np.str_], NDArray[np.float32]]


class CutBeats(NamedTuple):
    """Windows around n beats, and what is known of them on one lead, or on each.

    Attributes
    ----------
    waveform : (n, n_samples, n_leads) float32
        In mV.
    unreadable : (n,) or (n, n_leads) str
        Why the window cannot be read, ``""`` when it can.
    quality : (n,) or (n, n_leads) float32
        1 without noise, less with more, see `BeatNoise.rate`; 0 for a window that cannot be read.
    clipped, bridged : (n,) or (n, n_leads) bool
        True where the recorder cut off a part of the window, be it a tip, and where it dropped
        samples that are bridged.
    """

    waveform: NDArray[np.float32]
    unreadable: NDArray[np.str_]
    quality: NDArray[np.float32]
    clipped: NDArray[np.bool_]
    bridged: NDArray[np.bool_]


def cut_leads(
    excerpt: Excerpt,
    fs: float,
    sample: NDArray[np.int64],
    config: PreprocessConfig,
    target: range | None = None,
    n_rated: int | None = None,
) -> CutBeats:
    """Filter a piece of a recording, cut a window around its beats and rate it on each lead.

    Parameters
    ----------
    excerpt : Excerpt
        It reaches `window_reach` further than `target`, or to the ends of the recording.
    fs : float
        Sampling rate of the recording in Hz.
    sample : (m,) int64
        R peaks in samples of the recording, ascending: all those in `target` and within
        `NOISE_REACH` of it.
    config : PreprocessConfig
        Filters, window, and limits of what can be read.
    target : range, optional
        Samples of the recording whose n beats are cut, by default all. Beats outside it are used
        only to rate the noise of those inside.
    n_rated : int, optional
        Number of leads, from the first, on which noise is measured; by default all.

    Returns
    -------
    CutBeats
        A column per lead.
    """
    target = range(excerpt.n_samples) if target is None else target
    length = resampled_length(excerpt.n_samples, fs, config.fs)
    ratio = float(resampling_ratio(fs, config.fs))
    wanted = filtered_range(target, ratio, length, filtered_reach(config))
    inside = (sample >= target.start) & (sample < target.stop)
    # A peak at the last sample may round to one past the end of the filtered recording.
    r_peak = np.minimum(np.rint(sample * ratio).astype(np.int64), length - 1)
    places = place_windows(r_peak, inside, wanted, length, BeatWindow.from_config(config))
    if not len(places.index):
        return _make_room(0, places.index.shape[1], excerpt.signal.shape[1])
    leads = filter_excerpt(excerpt, fs, wanted, FilterSettings.from_config(config))
    return cut_filtered(leads, places, config, n_rated)


def cut_filtered(
    leads: list[FilteredLead],
    places: WindowPlaces,
    config: PreprocessConfig,
    n_rated: int | None = None,
    rated: Rated | None = None,
) -> CutBeats:
    """Cut windows out of filtered leads and rate each on each lead.

    Parameters
    ----------
    leads : list of FilteredLead
        Pieces of equal extent.
    places : WindowPlaces
        Where the windows lie in them; at least one.
    config, n_rated
        As for `cut_leads`.
    rated : (reasons, quality), optional
        The noise of the beats on the only lead, where it is known already.

    Returns
    -------
    CutBeats
        A column per lead.
    """
    n, n_samples = places.index.shape
    found = _make_room(n, n_samples, len(leads))
    limits, quiet = NoiseLimits.from_config(config), found.unreadable[:, 0].copy()
    for row, lead in enumerate(leads):
        noise = quiet
        if n_rated is None or row < n_rated:
            noise, found.quality[:, row] = rated or _rate_noise(lead, places, config.fs, limits)
        clipped = _find_clipped(lead, places, config.fs)
        found.clipped[:, row] = clipped.any(axis=1)
        found.waveform[:, :, row], found.unreadable[:, row] = _cut_lead(
            lead, places, clipped, noise, config
        )
        found.bridged[:, row] = _touches(lead.bridged, places.index)
    found.quality[found.unreadable != ""] = 0
    return found


def _make_room(n: int, n_samples: int, n_leads: int) -> CutBeats:
    """Return empty windows of readable beats, to be filled."""
    return CutBeats(
        np.zeros((n, n_samples, n_leads), np.float32),
        np.full((n, n_leads), "", dtype=REASON_TYPE),
        np.ones((n, n_leads), np.float32),
        np.zeros((n, n_leads), dtype=bool),
        np.zeros((n, n_leads), dtype=bool),
    )


def _rate_noise(lead: FilteredLead, places: WindowPlaces, fs: float, limits: NoiseLimits) -> Rated:
    """Name the noise of the beats that are cut and rate their quality, see `MEDIAN_BEATS`."""
    measured_beats = places.inside.copy()
    for lag in range(1, MEDIAN_BEATS):
        measured_beats[:-lag] |= places.inside[lag:]
    own = np.flatnonzero(measured_beats)
    measured = measure_noise(lead.signal, lead.missing, lead.start, places.r_peak, fs, own)
    noise, quality = measured.name_and_rate(limits)
    inside = places.inside[own]
    return noise[inside], quality[inside]


def _cut_lead(
    lead: FilteredLead,
    places: WindowPlaces,
    clipped: NDArray[np.bool_],
    noise: NDArray[np.str_],
    config: PreprocessConfig,
) -> tuple[NDArray[np.float32], NDArray[np.str_]]:
    """Cut the windows of one lead, and name why each cannot be read."""
    window = lead.signal.take(places.index)
    missing = _touches(lead.missing, places.index)
    cut_off = is_cut_off(clipped, BeatWindow.from_config(config).part("qrs"))
    unreadable = name_unreadable(
        window, places.outside, missing, cut_off, noise,
        flat_mv=config.flat_mv, max_amplitude_mv=config.max_amplitude_mv,
    )  # fmt: skip
    return window, unreadable


def _find_clipped(lead: FilteredLead, places: WindowPlaces, fs: float) -> NDArray[np.bool_]:
    """Mark the samples of windows in waves that are cut off, as far as it is known in time."""
    if not lead.clipped.any():  # the usual case, and far faster
        return np.zeros(places.index.shape, dtype=bool)
    known = places.r_peak[places.inside] - lead.start + round(CLIPPED_KNOWN_S * fs)
    return lead.clipped[places.index] & (run_ends(lead.clipped)[places.index] <= known[:, None])


def _touches(marks: NDArray[np.bool_], index: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which windows hold a marked sample."""
    if not marks.any():  # the usual case, and far faster
        return np.zeros(len(index), dtype=bool)
    return np.asarray(marks[index].any(axis=1))
