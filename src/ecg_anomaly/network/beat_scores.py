"""Scores of beats beside their labels, as a file between stages, and how well they rank.

Later stages read the file and need no network.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.array_tables import select_rows


@dataclass(frozen=True)
class BeatScores:
    """Scores of beats and what is needed to evaluate them.

    Attributes
    ----------
    score : (n,) float64
        Larger is more anomalous; NaN where a beat could not be scored.
    record, subject : (n,) str
        Where each beat comes from.
    aami, symbol : (n,) str
        AAMI class (``""`` without a label) and annotation code of each beat.
    sample : (n,) int64
        Place of each R peak in its record, in samples.
    """

    score: NDArray[np.float64]
    record: NDArray[np.str_]
    subject: NDArray[np.str_]
    aami: NDArray[np.str_]
    symbol: NDArray[np.str_]
    sample: NDArray[np.int64]

    @property
    def labelled(self) -> NDArray[np.bool_]:
        """True where the beat has a class."""
        return self.aami != ""

    @property
    def anomalous(self) -> NDArray[np.bool_]:
        """True where the class is known and is not N."""
        return self.labelled & (self.aami != "N")

    @property
    def presumed_normal(self) -> NDArray[np.bool_]:
        """True for normal beats, and for every beat where nothing is labelled."""
        return self.aami == "N" if self.labelled.any() else np.ones(len(self.score), dtype=bool)

    @property
    def has_both_kinds(self) -> bool:
        """True when there are abnormal beats and others, so that scores can rank them."""
        return bool(self.anomalous.any() and not self.anomalous.all())

    def select(self, rows: NDArray[np.bool_]) -> "BeatScores":
        """Return the scores of the rows that a mask, (n,), keeps."""
        return select_rows(self, rows)


def attach_scores(score: NDArray[np.float64], inputs: BeatInputs) -> BeatScores:
    """Put scores, (n,), beside the labels of the beats they belong to."""
    names = [f.name for f in fields(BeatScores) if f.name != "score"]
    return BeatScores(score=score, **{name: getattr(inputs, name) for name in names})


def area_under_roc(anomalous: NDArray[np.bool_], score: NDArray[np.floating]) -> float:
    """Area under the ROC curve of (n,) scores; NaN when one of the two kinds of beat is absent."""
    if anomalous.all() or not anomalous.any():
        return float("nan")
    from sklearn.metrics import roc_auc_score  # most readers of scores rank none: 0.8 s

    return float(roc_auc_score(anomalous, score))


def average_precision(anomalous: NDArray[np.bool_], score: NDArray[np.floating]) -> float:
    """Average precision of (n,) scores, without interpolation; NaN when one kind is absent."""
    if anomalous.all() or not anomalous.any():
        return float("nan")
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(anomalous, score))
