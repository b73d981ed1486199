"""Measure properties of a recording that change with the recorder or the kind of patients."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.records.lead_names import is_named
from ecg_anomaly.records.record import StreamedRecord

#: What is measured, and what it is called on the page.
MEASURES = {
    "rate_bpm": "heart rate, beats per minute",
    "rr_irregularity": "irregularity of RR intervals",
    "qrs_mv": "height of the QRS complex, mV",
    "noise_mv": "noise between beats, mV",
    "leads": "leads",
    "known_leads": "share of the detector's leads that are there",
    "unreadable_share": "share of beats that cannot be read",
    "normal_score": "median score of unflagged beats",
}

#: Amplitudes are measured in so many excerpts of so many seconds, evenly over the recording.
N_EXCERPTS, EXCERPT_S = 12, 10.0

#: A QRS complex reaches so far from its R peak, in s; from twice that on, signal counts as noise.
QRS_S = 0.08

#: Noise is what differs from the mean over so many seconds, which keeps P and T waves.
SMOOTH_S = 0.04

#: Standard deviation of a normal distribution, in median absolute deviations.
MAD_TO_SD = 1.4826


def measure_profile(
    recording: StreamedRecord, decisions: BeatDecisions, detector: Detector
) -> dict[str, float | None]:
    """Measure a scored recording.

    Parameters
    ----------
    recording : StreamedRecord
        Some excerpts of it are read again.
    decisions : BeatDecisions
        On its beats.
    detector : Detector
        What decided.

    Returns
    -------
    dict
        A number for each of `MEASURES`; None where there is nothing to measure it by.
    """
    readable = decisions.unreadable == ""
    normal = decisions.score[readable & ~decisions.anomalous]
    qrs_mv, noise_mv = measure_amplitudes(recording, decisions)
    measured = {
        "rate_bpm": 60.0 / median_of(decisions.rr_s),
        "rr_irregularity": measure_irregularity(decisions.rr_s),
        "qrs_mv": qrs_mv,
        "noise_mv": noise_mv,
        "leads": float(len(recording.leads)),
        "known_leads": count_known(recording.leads, detector.leads) / len(detector.leads),
        "unreadable_share": float((~readable).mean()) if len(readable) else np.nan,
        "normal_score": median_of(normal),
    }
    return {name: round(x, 6) if np.isfinite(x) else None for name, x in measured.items()}


def count_known(leads: Sequence[str], wanted: Sequence[Sequence[str]]) -> int:
    """Return how many leads of a detector a recording has by one of their names."""
    return sum(any(is_named(x, name) for x in leads for name in names) for names in wanted)


def median_of(values: NDArray[np.floating]) -> float:
    """Return the median of the finite values, NaN when there is none."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else np.nan


def measure_irregularity(rr_s: NDArray[np.float64]) -> float:
    """Return the median change from one RR interval to the next, as a share of their mean."""
    before, after = rr_s[:-1], rr_s[1:]
    return median_of(2 * np.abs(after - before) / (after + before))


def measure_amplitudes(recording: StreamedRecord, decisions: BeatDecisions) -> tuple[float, float]:
    """Measure QRS height and noise on the lead that most beats are read on.

    Returns
    -------
    tuple of float
        Median over beats of the range within `QRS_S` of the R peak, and a robust standard deviation
        of what is faster than P and T waves elsewhere, in mV; NaN where there is none.
    """
    readable = decisions.unreadable == ""
    leads, counts = np.unique(decisions.lead[readable].astype(str), return_counts=True)
    if not len(leads) or leads[np.argmax(counts)] not in recording.leads:
        return np.nan, np.nan
    column = recording.leads.index(leads[np.argmax(counts)])
    peaks = decisions.sample[readable]
    length = min(recording.n_samples, round(EXCERPT_S * recording.fs))
    starts = np.linspace(0, recording.n_samples - length, N_EXCERPTS).astype(int)
    heights, noises = list[float](), list[float]()
    for start in np.unique(starts).tolist():
        signal = recording.read(start, start + length, [column])[:, 0].astype(np.float64)
        inside = peaks[(peaks >= start) & (peaks < start + length)] - start
        heights += measure_heights(signal, inside, recording.fs)
        noises.append(measure_fast_noise(signal, inside, recording.fs))
    return median_of(np.array(heights)), median_of(np.array(noises))


def measure_heights(
    signal: NDArray[np.float64], peaks: NDArray[np.int64], fs: float
) -> list[float]:
    """Return the range of a signal, (n,) float64 in mV, around each of some R peaks."""
    reach = round(QRS_S * fs)
    whole = peaks[(peaks >= reach) & (peaks < len(signal) - reach)]
    return [float(np.ptp(signal[peak - reach : peak + reach + 1])) for peak in whole.tolist()]


def measure_fast_noise(signal: NDArray[np.float64], peaks: NDArray[np.int64], fs: float) -> float:
    """Return a robust standard deviation of a signal's fast part, away from some R peaks, in mV."""
    width = 2 * max(1, round(SMOOTH_S * fs / 2)) + 1  # odd, so that nothing is shifted
    fast = signal - uniform_filter1d(signal, width)
    away = np.isfinite(fast)
    for peak in peaks.tolist():
        away[max(0, peak - round(2 * QRS_S * fs)) : peak + round(2 * QRS_S * fs)] = False
    rest = fast[away]
    return MAD_TO_SD * median_of(np.abs(rest - np.median(rest))) if len(rest) else np.nan
