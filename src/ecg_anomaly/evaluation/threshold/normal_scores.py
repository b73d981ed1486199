"""The scores of normal beats as a table, so that a threshold can be restated later.

A detector carries this table: any false-alarm rate can then be turned into a threshold where the
detector is used, without the beats it was calibrated on.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError

#: Names of the tables of a detector: scores on all leads, and on the first one alone.
TOGETHER, ALONE = "quantile", "first_lead_quantile"

#: Levels of the table, denser towards the top where thresholds are.
LEVELS = 1 - np.concatenate([np.linspace(1, 0.1, 181), np.geomspace(0.1, 1e-4, 301)[1:], [0.0]])


def tabulate_scores(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of normal scores at `LEVELS`.

    Raises
    ------
    UserError
        When there is no normal beat.
    """
    if not len(score):
        rule = "no normal validation beats to set a threshold from"
        raise UserError("threshold", rule, "add subjects to the validation side")
    return np.quantile(score, LEVELS)


def threshold_for_level(table: NDArray[np.float64], level: float) -> float:
    """Threshold above which a share of ``1 - level`` of normal beats lies."""
    return float(np.interp(level, LEVELS, table))


def level_of_score(table: NDArray[np.float64], score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of normal beats below each score, in [0, 1]."""
    return np.interp(score, table, LEVELS)
