"""Find the beats of a record: its annotations, detected R peaks, and the match between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.missing_samples import bridge_short_gaps
from ecg_anomaly.beats.r_peaks.r_peak_detection import find_r_peaks
from ecg_anomaly.records.beat_labels import is_beat
from ecg_anomaly.records.record import Record


@dataclass(frozen=True)
class BeatPositions:
    """R peaks of one record.

    Attributes
    ----------
    sample : (n,) int64
        R peaks, ascending, in samples of the record.
    symbol : (n,) str
        Annotation code of each; ``""`` where no annotation matches.
    n_missed : int
        Number of annotated beats that no detected R peak matches.
    annotated : bool
        True when the R peaks are those of the annotations, so that somebody has read each beat.
    """

    sample: NDArray[np.int64]
    symbol: NDArray[np.str_]
    n_missed: int = 0
    annotated: bool = False


def find_beats(
    record: Record, lead: int = 0, *, prefer_reference: bool = True, tolerance_s: float = 0.15
) -> BeatPositions:
    """Take the reference beats of a record, or detect R peaks and match them to the reference.

    Parameters
    ----------
    record : Record
        R peaks of a record without annotations are always detected; they have no symbols.
    lead : int
        Column of the lead on which detected R peaks are placed; all leads together find them.
    prefer_reference : bool
        Take the R peaks of the annotations where there are any.
    tolerance_s : float
        Largest distance in s at which a detected R peak matches one of the annotations.

    Returns
    -------
    BeatPositions
    """
    reference = _reference_beats(record)
    if reference is not None and prefer_reference:
        return reference
    others = [column for column in range(record.signal.shape[1]) if column != lead]
    signal = bridge_short_gaps(record.signal[:, [lead, *others]], record.fs)
    detected = find_r_peaks(signal, record.fs)
    if reference is None:
        return BeatPositions(detected, np.full(len(detected), "", dtype="<U1"))
    pair = match_beats(reference.sample, detected, tolerance_s * record.fs)
    symbol = np.full(len(detected), "", dtype="<U1")
    symbol[pair >= 0] = reference.symbol[pair[pair >= 0]]
    return BeatPositions(detected, symbol, len(reference.sample) - int((pair >= 0).sum()))


def match_beats(
    reference: NDArray[np.int64], detected: NDArray[np.int64], tolerance: float
) -> NDArray[np.int64]:
    """Pair each detected beat with at most one reference beat, the nearest in reach.

    Parameters
    ----------
    reference, detected : (n,), (m,) int64
        Ascending sample indices.
    tolerance : float
        Largest distance of a pair, in samples (EC57: 150 ms).

    Returns
    -------
    (m,) int64
        Index into `reference`, or -1.
    """
    pair = np.full(len(detected), -1, dtype=np.int64)
    if not len(reference) or not len(detected):
        return pair
    left = np.clip(np.searchsorted(reference, detected) - 1, 0, len(reference) - 1)
    right = np.minimum(left + 1, len(reference) - 1)
    closer = np.abs(reference[right] - detected) < np.abs(reference[left] - detected)
    nearest = np.where(closer, right, left)
    distance = np.abs(reference[nearest] - detected)
    taken: set[int] = set()
    for index in np.argsort(distance, kind="stable"):
        if distance[index] <= tolerance and int(nearest[index]) not in taken:
            taken.add(int(nearest[index]))
            pair[index] = nearest[index]
    return pair


def _reference_beats(record: Record) -> BeatPositions | None:
    if record.annotations is None:
        return None
    beats = is_beat(record.annotations.symbol)
    sample, symbol = record.annotations.sample[beats], record.annotations.symbol[beats]
    return BeatPositions(sample, symbol, annotated=True)
