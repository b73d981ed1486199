"""Mean and standard deviation over the seeds of a detector."""

from typing import Any

import numpy as np

from ecg_anomaly.evaluation.report.detector_metrics import rounded


def summarise_seeds(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Summarise results of one shape, number by number.

    Parameters
    ----------
    rows : list of dict
        One per seed; nested dictionaries of numbers. What is no number in all of them is left out.

    Returns
    -------
    dict
        The same nesting; each number becomes ``{"mean", "sd"}``, the standard deviation with one
        degree of freedom less than seeds, None for a single seed.
    """
    summary: dict[str, Any] = {}
    for key in rows[0]:
        values = [row.get(key) for row in rows]
        if all(isinstance(v, dict) for v in values):
            nested = summarise_seeds([v for v in values if isinstance(v, dict)])
            summary |= {key: nested} if nested else {}
        elif all(isinstance(v, int | float) for v in values):
            numbers = np.array(values, dtype=float)
            sd = rounded(float(numbers.std(ddof=1))) if len(numbers) > 1 else None
            summary[key] = {"mean": rounded(float(numbers.mean())), "sd": sd}
    return summary
