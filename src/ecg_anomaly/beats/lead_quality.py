"""Look at some seconds here and there in a recording to learn how well each lead can be read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.excerpts import Excerpt, bridge_short_gaps, mask_missing
from ecg_anomaly.beats.r_peaks.r_peak_detection import find_r_peaks
from ecg_anomaly.beats.readability import OUTSIDE, TRUSTED_QUALITY
from ecg_anomaly.beats.window_cutting import CutBeats, cut_leads
from ecg_anomaly.config.pipeline_schema import PreprocessConfig
from ecg_anomaly.records.record import StreamedRecord

#: Pieces of a recording that are looked at, and the length of each in s.
N_PIECES, PIECE_S = 8, 20.0

#: So many samples in all leads are read at most, but two pieces at least.
MOST_SAMPLES = 8_000_000

#: Leads on which R peaks are looked for together.
GROUP = 12


@dataclass(frozen=True)
class LeadQuality:
    """How well each lead of a recording can be read.

    Attributes
    ----------
    share : (n_leads,) float64
        Mean quality of all beats, 0 for those that cannot be read.
    sound : (n_leads,) bool
        True where the beats that can be read are mostly free of doubt: their mean quality is
        `TRUSTED_QUALITY` or more. A lead that is often absent may be sound.
    """

    share: NDArray[np.float64]
    sound: NDArray[np.bool_]


def measure_lead_quality(recording: StreamedRecord, config: PreprocessConfig) -> LeadQuality | None:
    """Measure the quality of the leads of a recording.

    Parameters
    ----------
    recording : StreamedRecord
        `N_PIECES` pieces of `PIECE_S`, evenly spread over it, are read, or fewer.
    config : PreprocessConfig
        Filters, window, and limits of what can be read.

    Returns
    -------
    LeadQuality or None
        None where there is one lead only, or no beat in any piece.
    """
    n_leads, fs = len(recording.leads), recording.fs
    if n_leads < 2:
        return None
    total, read, beats = np.zeros(n_leads), np.zeros(n_leads), np.zeros(n_leads)
    length = min(recording.n_samples, round(PIECE_S * fs))
    n_pieces = int(np.clip(MOST_SAMPLES // (length * n_leads), 2, N_PIECES))
    for start in np.unique(np.linspace(0, recording.n_samples - length, n_pieces).astype(int)):
        for first in range(0, n_leads, GROUP):
            rows = slice(first, min(first + GROUP, n_leads))
            columns = list(range(n_leads))[rows]
            found = _cut(recording.read(int(start), int(start) + length, columns), fs, config)
            inside = found.unreadable != OUTSIDE
            total[rows] += (found.quality * inside).sum(axis=0)
            read[rows] += (found.unreadable == "").sum(axis=0)
            beats[rows] += inside.sum(axis=0)
    if not beats.any():
        return None
    sound = (read > 0) & (total >= TRUSTED_QUALITY * read)
    return LeadQuality(total / np.maximum(beats, 1), sound)


def _cut(signal: NDArray[np.float32], fs: float, config: PreprocessConfig) -> CutBeats:
    """Find the beats of a piece and judge them on each lead."""
    signal = bridge_short_gaps(mask_missing(signal), fs)
    return cut_leads(Excerpt.whole(signal), fs, find_r_peaks(signal, fs), config)
