"""Compare detected R peaks with the beats of a reference."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_positions import match_beats
from ecg_anomaly.records.beat_labels import AAMI_CLASSES, aami_class, is_beat
from ecg_anomaly.records.record import Annotations

#: EC57 matches within the first; the second is what a window cut at the R peak needs.
TOLERANCES_S = (0.15, 0.05)


@dataclass(frozen=True)
class Agreement:
    """Detected R peaks of one record against its reference.

    Attributes
    ----------
    n_reference, n_detected : int
        Outside ventricular flutter, which has no QRS complexes (EC57).
    n_matched : dict of float to int
        By tolerance in s.
    missed : dict of str to int
        Missed beats of each AAMI class at the first tolerance.
    deviation_s : (n,) float64
        Detected minus reference of each match at the first tolerance.
    """

    n_reference: int
    n_detected: int
    n_matched: dict[float, int]
    missed: dict[str, int]
    deviation_s: NDArray[np.float64]

    @property
    def n_wrong(self) -> int:
        """Missed beats and false detections at the first tolerance."""
        return self.n_reference + self.n_detected - 2 * self.n_matched[TOLERANCES_S[0]]


def compare_r_peaks(marks: Annotations, detected: NDArray[np.int64], fs: float) -> Agreement:
    """Match detected R peaks with the beats of a reference.

    Parameters
    ----------
    marks : Annotations
        All of a record.
    detected : (n,) int64
        Ascending samples.
    fs : float
        Sampling rate in Hz.
    """
    beats = is_beat(marks.symbol) & ~_in_flutter(marks.sample, marks, 0)
    sample, aami = marks.sample[beats], aami_class(marks.symbol[beats], "S")
    detected = detected[~_in_flutter(detected, marks, TOLERANCES_S[0] * fs)]
    pairs = {t: match_beats(sample, detected, t * fs) for t in TOLERANCES_S}
    pair = pairs[TOLERANCES_S[0]]
    matched = pair >= 0
    lost = np.setdiff1d(np.arange(len(sample)), pair)
    return Agreement(
        n_reference=len(sample),
        n_detected=len(detected),
        n_matched={t: int((p >= 0).sum()) for t, p in pairs.items()},
        missed={name: int((aami[lost] == name).sum()) for name in AAMI_CLASSES},
        deviation_s=(detected[matched] - sample[pair[matched]]) / fs,
    )


def join_agreements(parts: list[Agreement]) -> Agreement:
    """Add up records."""
    return Agreement(
        n_reference=sum(p.n_reference for p in parts),
        n_detected=sum(p.n_detected for p in parts),
        n_matched={t: sum(p.n_matched[t] for p in parts) for t in TOLERANCES_S},
        missed={name: sum(p.missed[name] for p in parts) for name in AAMI_CLASSES},
        deviation_s=np.concatenate([p.deviation_s for p in parts]),
    )


def _in_flutter(sample: NDArray[np.int64], marks: Annotations, margin: float) -> NDArray[np.bool_]:
    """Mark what lies between ``[`` and ``]``, or so many samples beside it."""
    inside = np.zeros(len(sample), dtype=bool)
    ends = marks.sample[marks.symbol == "]"]
    for start in marks.sample[marks.symbol == "["]:
        end = ends[ends > start][:1]
        inside |= (sample >= start - margin) & (sample <= (end[0] if len(end) else np.inf) + margin)
    return inside
