"""Threshold-free figures of a score."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score, roc_auc_score


def area_under_roc(anomalous: NDArray[np.bool_], score: NDArray[np.floating]) -> float:
    """Area under the ROC curve; NaN when one of the two kinds of beat is absent."""
    if anomalous.all() or not anomalous.any():
        return float("nan")
    return float(roc_auc_score(anomalous, score))


def average_precision(anomalous: NDArray[np.bool_], score: NDArray[np.floating]) -> float:
    """Average precision, without interpolation; NaN when one kind of beat is absent."""
    if anomalous.all() or not anomalous.any():
        return float("nan")
    return float(average_precision_score(anomalous, score))
