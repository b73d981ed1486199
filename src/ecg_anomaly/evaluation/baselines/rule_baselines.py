"""The no-training rules: unlike the patient's regular beat, or too early.

They know no other patient and no label, and look back only. Their distance from the regular beat
is `ecg_anomaly.features.morphology.distance_to_template`, taken part by part; over the whole
window they would be much weaker. A late beat is no more suspicious than one in time: with the
signed log ratio, pooled AUC inside DS1 of MIT-BIH falls from .984 to .978 (rule B).
"""

import numpy as np
from numpy.typing import NDArray

#: How many times rule C weighs the smaller of the two RR ratios. Inside DS1 4 is better for all
#: beats together, 8 for the mean of the records' average precision: the published weight stays.
RULE_C_WEIGHT = 8.0


def score_rules(rule: NDArray[np.float32], weight: float) -> dict[str, NDArray[np.float64]]:
    """Scores of rules A, B and C.

    Parameters
    ----------
    rule : (n, 3) float32
        Log distance from the regular beat (0 is as usual), log RR against the local median, log
        RR against the mean of the last minutes.
    weight : float
        Weight of the shortening in rules A and B.

    Returns
    -------
    dict of str to (n,) float64
        ``rule_a`` (local median), ``rule_b`` (mean of minutes), ``rule_c`` (the smaller ratio,
        weight 8): distance plus weight times ``max(0, 1 - RR / expected RR)``. Empty when the
        data set has no RR intervals.
    """
    if not np.isfinite(rule).all() or not len(rule):
        return {}
    distance, local, mean = rule.astype(np.float64).T
    return {
        "rule_a": distance + weight * _shortening(local),
        "rule_b": distance + weight * _shortening(mean),
        "rule_c": distance + RULE_C_WEIGHT * _shortening(np.minimum(local, mean)),
    }


def _shortening(log_ratio: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share by which the interval is shorter than expected, 0 when it is longer."""
    return np.maximum(0.0, 1.0 - np.exp(log_ratio))
