"""Measure the signal quality of a record: what preprocessing would reject, and baseline wander.

Each lead is cut into consecutive pieces as long as the window of a beat, and each piece is judged
by the same functions that decide in preprocessing whether a beat can be read.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfiltfilt

from ecg_anomaly.beats.beat_noise import measure_noise
from ecg_anomaly.beats.beat_positions import find_beats
from ecg_anomaly.beats.beat_quality import NoiseLimits
from ecg_anomaly.beats.beat_window import PARTS, BeatWindow
from ecg_anomaly.beats.excerpts import Excerpt
from ecg_anomaly.beats.filters import FilteredLead, FilterSettings, filter_excerpt
from ecg_anomaly.beats.missing_samples import find_missing
from ecg_anomaly.beats.readability import (
    MISSING,
    MOST_CLIPPED,
    NOISE,
    REASON_TYPE,
    UNCLEAR,
    name_unreadable,
)
from ecg_anomaly.beats.resampling import resampled_length, resampling_ratio
from ecg_anomaly.config.pipeline_schema import PreprocessConfig
from ecg_anomaly.records.record import Record

#: Upper limit of baseline wander in Hz: breathing and electrode movement are below, heart rates
#: above.
WANDER_HIGH_HZ = 0.5


@dataclass(frozen=True)
class SignalQuality:
    """Quality of every lead of a record.

    Attributes
    ----------
    reason : (n_pieces, n_leads) str
        Why a beat could not be read in this piece of the lead; ``""`` when it could.
    windows : (n_pieces, 2) int64
        Windows of the first and of the last sample of each piece.
    missing : (n_leads,) float64
        Share of the samples that are missing; NaN for a record without samples.
    wander_mv : (n_windows, n_leads) float64
        Root mean square distance of the baseline from its median over the record, in mV; NaN where
        nothing is stored and for records of beats that came cut out.
    """

    reason: NDArray[np.str_]
    windows: NDArray[np.int64]
    missing: NDArray[np.float64]
    wander_mv: NDArray[np.float64]

    def share(self, *reasons: str) -> NDArray[np.float64]:
        """Return the share of pieces of each lead with one of the reasons, NaN without a piece."""
        return _column_means(np.isin(self.reason, reasons))


def measure_quality(
    record: Record, config: PreprocessConfig, window_s: float = 10.0
) -> SignalQuality:
    """Measure the signal quality of a record.

    Parameters
    ----------
    record : Record
        A record that is shorter than the window of a beat has no piece and no window. In a record
        of beats that came cut out each beat is a piece, and only missing samples are judged, as in
        preprocessing.
    config : PreprocessConfig
        The configuration with which preprocessing judges beats.
    window_s : float
        Length in s of the windows in which pieces are summarised; the last may be shorter.
    """
    start, stop, reason = _judge_pieces(record, config)
    length = max(1, round(window_s * record.fs))
    n_windows = -(-len(record.signal) // length) if len(start) else 0
    wander = np.full((n_windows, len(record.leads)), np.nan)
    if n_windows and not record.segment_length:
        for column, lead in enumerate(record.signal.T):
            wander[:, column] = measure_wander(lead, record.fs, length, n_windows)
    windows = np.minimum(np.stack([start, stop - 1], axis=1) // length, n_windows - 1)
    missing = _column_means(find_missing(record.signal))
    return SignalQuality(reason, windows, missing, wander)


def measure_wander(
    lead: NDArray[np.float32], fs: float, length: int, n_windows: int
) -> NDArray[np.float64]:
    """Measure how far the baseline, below 0.5 Hz, is from its median over the lead.

    Parameters
    ----------
    lead : (n,) float32
        Amplitude in mV.
    fs : float
        Sampling rate in Hz.
    length : int
        Samples per window.
    n_windows : int
        Number of windows.

    Returns
    -------
    (n_windows,) float64
        Root mean square in mV; NaN where nothing is stored.
    """
    # Means over tenths of a second: ten values a second are enough below 0.5 Hz.
    size = max(1, round(fs / 10))
    known = ~find_missing(lead)
    block = np.arange(len(lead)) // size
    counts = np.bincount(block, known)
    if not known.any() or fs / size < 2.2 * WANDER_HIGH_HZ:
        return np.full(n_windows, np.nan)
    stored = np.flatnonzero(counts)
    means = np.bincount(block, np.where(known, lead, 0.0))[stored] / counts[stored]
    # Gaps are interpolated linearly, and a start at zero keeps the filter from ringing.
    means = np.interp(np.arange(len(counts)), stored, means - means[0])
    sections = butter(2, WANDER_HIGH_HZ, fs=fs / size, output="sos")
    baseline = sosfiltfilt(sections, means, padlen=min(30, len(means) - 1))[stored]
    squares = (baseline - np.median(baseline)) ** 2
    window = stored * size // length
    n_known = np.bincount(window, minlength=n_windows)
    return np.sqrt(np.bincount(window, squares, n_windows) / np.where(n_known, n_known, np.nan))


def _judge_pieces(
    record: Record, config: PreprocessConfig
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.str_]]:
    """Return first and past-the-end sample of each piece, and the reasons, (n_pieces, n_leads)."""
    if record.segment_length:
        return _judge_cut_beats(record, record.segment_length)
    size = BeatWindow.from_config(config).n_samples
    ratio = float(resampling_ratio(record.fs, config.fs))
    length = resampled_length(len(record.signal), record.fs, config.fs)
    # The last piece overlaps the one before it, so that it is a whole one.
    first = np.minimum(np.arange(0, length if length >= size else 0, size), length - size)
    reason = np.full((len(first), len(record.leads)), "", dtype=REASON_TYPE)
    if len(first):
        found = find_beats(record, prefer_reference=config.beat_positions == "reference")
        r_peak = np.rint(found.sample * ratio).astype(np.int64)
        r_peak = r_peak[(r_peak >= 0) & (r_peak < length)]
        settings, whole = FilterSettings.from_config(config), Excerpt.whole(record.signal)
        leads = filter_excerpt(whole, record.fs, range(length), settings)
        for column, lead in enumerate(leads):
            reason[:, column] = _judge_lead(lead, first, r_peak, config)
    start, stop = (np.rint(edge / ratio).astype(np.int64) for edge in (first, first + size))
    return start, stop, reason


def _judge_cut_beats(
    record: Record, length: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.str_]]:
    start = np.arange(len(record.signal) // length) * length
    missing = find_missing(record.signal).reshape(len(start), length, -1).any(axis=1)
    return start, start + length, np.where(missing, MISSING, "").astype(REASON_TYPE)


def _judge_lead(
    lead: FilteredLead,
    first: NDArray[np.int64],
    r_peak: NDArray[np.int64],
    config: PreprocessConfig,
) -> NDArray[np.str_]:
    size = BeatWindow.from_config(config).n_samples
    index = first[:, None] + np.arange(size)
    measured = measure_noise(lead.signal, lead.missing, 0, r_peak, config.fs)
    named = measured.name(NoiseLimits.from_config(config))
    noise = np.full(len(first), "", dtype=REASON_TYPE)
    for reason in (UNCLEAR, NOISE):
        noise[r_peak[named == reason] // size] = reason
    # A beat may be anywhere in the piece: clipping of this length would hide most of its QRS.
    start_s, stop_s = PARTS["qrs"]
    cut_off = lead.clipped[index].sum(axis=1) > MOST_CLIPPED * (stop_s - start_s) * config.fs
    return name_unreadable(
        lead.signal[index], np.zeros(len(first), dtype=bool),
        lead.missing[index].any(axis=1), cut_off, noise,
        flat_mv=config.flat_mv, max_amplitude_mv=config.max_amplitude_mv,
    )  # fmt: skip


def _column_means(marks: NDArray[np.bool_]) -> NDArray[np.float64]:
    if not len(marks):
        return np.full(marks.shape[1], np.nan)
    return np.asarray(marks.mean(axis=0))
