"""Metrics of ventricular and supraventricular ectopic beats as ANSI/AAMI EC57 counts them."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.evaluation.metrics.decision_metrics import Confusion, compute_rates
from ecg_anomaly.evaluation.report.detector_metrics import rounded
from ecg_anomaly.records.beat_labels import AAMI_CLASSES

#: Name of each metric's group, the class it is of, and reference classes left out of its +P.
GROUPS = (("veb", "V", ("F", "Q")), ("sveb", "S", ("F", "Q")))


def decide_class(flagged: NDArray[np.bool_], probability: NDArray[np.floating]) -> NDArray[np.str_]:
    """Class that the detector gives each beat.

    Parameters
    ----------
    flagged : (n,) bool
        Decision of the threshold.
    probability : (n, 5) float
        Of each AAMI class.

    Returns
    -------
    (n,) str
        N where a beat is not flagged, else the most probable of the other classes.
    """
    other = np.array(AAMI_CLASSES[1:])[np.argmax(probability[:, 1:], axis=1)]
    return np.where(flagged, other, "N")


def class_metrics(
    aami: NDArray[np.str_], decided: NDArray[np.str_]
) -> dict[str, dict[str, float | None]]:
    """Sensitivity, positive predictivity and F1 of VEB and SVEB.

    Parameters
    ----------
    aami : (n,) str
        Reference class; N for a false detection (EC57's O counts in the denominator as N does).
    decided : (n,) str
        From `decide_class`.

    Returns
    -------
    dict
        ``veb`` and ``sveb``, each with ``sensitivity``, ``positive_predictivity`` and ``f1``; None
        without a denominator. Reference F and Q count neither for nor against: +P of VEB is
        Vv / (Nv + Sv + Vv + Ov), that of SVEB Ss / (Ns + Ss + Vs + Os).
    """
    metrics = {}
    for group, name, left_out in GROUPS:
        counted = ~np.isin(aami, left_out)
        is_class, said = aami[counted] == name, decided[counted] == name
        rates = compute_rates(
            Confusion(
                tp=float((is_class & said).sum()),
                fp=float((~is_class & said).sum()),
                tn=float((~is_class & ~said).sum()),
                fn=float((is_class & ~said).sum()),
            )
        )
        metrics[group] = {
            "sensitivity": rounded(rates["recall"]),
            "positive_predictivity": rounded(rates["precision"]),
            "f1": rounded(rates["f1"]),
        }
    return metrics
