"""Where the beats are: detected R peaks, reference annotations, and the match between them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.filters import bridge_gaps, remove_baseline
from ecg_anomaly.beats.labels import is_beat
from ecg_anomaly.config.schema import PreprocessConfig
from ecg_anomaly.records.record import Record

#: Moving average that is taken away before R peaks are looked for, in s.
BASELINE_WINDOW_S = 0.8

#: A wave higher than so many median one-second spans is an artefact.
CLIP_SPANS = 3.0

#: A second whose span is below this share of the largest one is no heartbeat but a flat line.
FLAT_SPAN = 1e-4


@dataclass(frozen=True)
class BeatPositions:
    """Beats of one record.

    Attributes
    ----------
    sample : (n,) int64
        R peaks, ascending, in samples of the record.
    symbol : (n,) str
        Reference code of each; ``""`` where the reference has no beat there or there is none.
    n_missed : int
        Reference beats that no detected R peak matches.
    """

    sample: NDArray[np.int64]
    symbol: NDArray[np.str_]
    n_missed: int = 0


def find_beats(record: Record, config: PreprocessConfig, lead: int = 0) -> BeatPositions:
    """Take the reference beats of a record, or detect R peaks and match them to the reference.

    Parameters
    ----------
    record : Record
        With annotations for ``config.beat_positions == "reference"``; an unlabelled record is
        always detected, without symbols.
    config : PreprocessConfig
        Gives the switch and the tolerance of the match.
    lead : int
        Column of the lead on which R peaks are detected.

    Returns
    -------
    BeatPositions
    """
    reference = _reference_beats(record)
    if reference is not None and config.beat_positions == "reference":
        return reference
    detected = detect_r_peaks(record.signal[:, lead], record.fs)
    if reference is None:
        return BeatPositions(detected, np.full(len(detected), "", dtype="<U1"))
    pair = match_beats(reference.sample, detected, config.match_tolerance_s * record.fs)
    symbol = np.full(len(detected), "", dtype="<U1")
    symbol[pair >= 0] = reference.symbol[pair[pair >= 0]]
    return BeatPositions(detected, symbol, len(reference.sample) - int((pair >= 0).sum()))


def detect_r_peaks(lead: NDArray[np.float32], fs: float) -> NDArray[np.int64]:
    """R peaks by the detector of sleepecg (a modified Pan-Tompkins algorithm).

    Parameters
    ----------
    lead : (n_samples,) float32
        Amplitude in mV. NaN is bridged: one NaN would make the detector return nothing.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (n,) int64
        Sample indices; empty when the lead is flat or shorter than 2 s.
    """
    from sleepecg import detect_heartbeats

    bridged = bridge_gaps(lead[:, None])
    if len(bridged) < 2 * fs or np.ptp(bridged) == 0:
        return np.zeros(0, dtype=np.int64)
    calm = _limit_artefacts(remove_baseline(bridged, fs, BASELINE_WINDOW_S)[:, 0], fs)
    return np.unique(np.asarray(detect_heartbeats(calm, fs), dtype=np.int64))


def _limit_artefacts(signal: NDArray[np.float32], fs: float) -> NDArray[np.float64]:
    """Clip what rises far above the record's own QRS complexes.

    The detector's threshold follows the peaks: after one artefact of some mV it would find no beat
    for the rest of the record.
    """
    second = max(1, round(fs))
    n_seconds = len(signal) // second
    spans = np.ptp(signal[: n_seconds * second].reshape(n_seconds, second), axis=1)
    alive = spans[spans > FLAT_SPAN * spans.max()]
    limit = CLIP_SPANS * float(np.median(alive)) if len(alive) else np.inf
    return np.clip(signal.astype(np.float64), -limit, limit)


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
    return BeatPositions(record.annotations.sample[beats], record.annotations.symbol[beats])
