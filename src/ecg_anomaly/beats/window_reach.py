"""Compute how much signal around its R peak the window of a beat and its readability depend on.

A live detector has to wait for the signal ahead: 0.64 s after the R peak with the default
configuration. The signal behind costs it memory alone.
"""

from math import ceil

from ecg_anomaly.beats.beat_noise import NOISE_REACH
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.clipping import CLIPPING_REACH
from ecg_anomaly.beats.excerpts import Reach
from ecg_anomaly.beats.filters import FilterSettings
from ecg_anomaly.config.pipeline_schema import PreprocessConfig

#: A clipped wave counts for a beat when it ends at most this long after the R peak, in s.
CLIPPED_KNOWN_S = 0.6


def window_reach(config: PreprocessConfig) -> Reach:
    """Return what the window of an R peak, and whether it can be read, depend on.

    Parameters
    ----------
    config : PreprocessConfig
        Filters, window, and limits of what can be read.
    """
    filtered = _needed(config).beyond(FilterSettings.from_config(config).reach)
    marked = Reach(config.window_before_s, CLIPPED_KNOWN_S).beyond(CLIPPING_REACH)
    rounded = Reach(0.5 / config.fs, 0.5 / config.fs)  # R peaks are whole filtered samples
    return filtered.widen(marked).beyond(rounded)


def filtered_range(target: range, ratio: float, length: int, reach: tuple[int, int]) -> range:
    """Return the filtered samples that the windows of beats, and their noise, depend on.

    Parameters
    ----------
    target : range
        Samples of the recording in which the R peaks of the beats lie.
    ratio : float
        Filtered samples per sample of the recording.
    length : int
        Filtered samples of the whole recording.
    reach : (int, int)
        From `filtered_reach`.
    """
    back, ahead = reach
    start, stop = int(target.start * ratio) - back, ceil(target.stop * ratio) + ahead
    return range(max(0, start), min(stop, length))


def filtered_reach(config: PreprocessConfig) -> tuple[int, int]:
    """Return how many filtered samples before and after R peaks their windows depend on."""
    back, ahead = (ceil(reach_s * config.fs) + 1 for reach_s in _needed(config))
    return back, max(ahead, round(CLIPPED_KNOWN_S * config.fs) + 2)


def _needed(config: PreprocessConfig) -> Reach:
    """Return how much of a filtered lead the window of an R peak and its noise depend on."""
    window = BeatWindow.from_config(config)
    last_s = (window.n_samples - window.r_peak - 1) / config.fs
    return Reach(config.window_before_s, last_s).widen(NOISE_REACH)
