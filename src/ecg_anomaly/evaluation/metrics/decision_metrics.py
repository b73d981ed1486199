"""Count decisions against the truth, and compute accuracy, precision, recall and more."""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Confusion:
    """Counts of decisions; abnormal beats are the positives.

    Attributes
    ----------
    tp, fp, tn, fn : float
        True and false positives and negatives (float, because the bootstrap weights subjects).
    """

    tp: float
    fp: float
    tn: float
    fn: float


def count_decisions(anomalous: NDArray[np.bool_], flagged: NDArray[np.bool_]) -> Confusion:
    """Count the four outcomes of (n,) truths and decisions."""
    return Confusion(
        tp=int((anomalous & flagged).sum()),
        fp=int((~anomalous & flagged).sum()),
        tn=int((~anomalous & ~flagged).sum()),
        fn=int((anomalous & ~flagged).sum()),
    )


def compute_rates(counts: Confusion) -> dict[str, float]:
    """Accuracy, precision, recall, specificity and F1.

    Parameters
    ----------
    counts : Confusion
        How often each of the four outcomes occurred.

    Returns
    -------
    dict
        NaN where a rate has no denominator. Recall is the sensitivity (Se) of ANSI/AAMI EC57,
        precision its positive predictivity (+P).
    """
    tp, fp, tn, fn = asdict(counts).values()
    return {
        "accuracy": _divide(tp + tn, tp + fp + tn + fn),
        "precision": _divide(tp, tp + fp),
        "recall": _divide(tp, tp + fn),
        "f1": _divide(2 * tp, 2 * tp + fp + fn),
        "specificity": _divide(tn, tn + fp),
    }


def _divide(part: float, whole: float) -> float:
    return part / whole if whole else float("nan")
