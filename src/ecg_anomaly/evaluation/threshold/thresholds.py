"""Decide by a threshold, and keep the scores of normal beats so that it can be chosen anew.

A detector carries a table of these scores: any false alarm rate can then be turned into a threshold
where the detector is used, without the beats it was calibrated on. The file of a threshold says
which scores and subjects it was read from, so that one chosen on test data stops an evaluation.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError

#: Names of the tables of a detector: scores on all leads, and on the first one alone.
TOGETHER, ALONE = "quantile", "first_lead_quantile"

#: Levels of the table, denser towards the top where thresholds are.
LEVELS = 1 - np.concatenate([np.linspace(1, 0.1, 181), np.geomspace(0.1, 1e-4, 301)[1:], [0.0]])

WAY_OUT = "run `dvc repro` so that the threshold is read from the validation split"

#: Key of ``threshold.json`` with what the threshold was read from.
READ_FROM = "read_from"


def decide(score: NDArray[np.floating], threshold: float) -> NDArray[np.bool_]:
    """Flag the beats that score more than a threshold; the one place where this is decided.

    Parameters
    ----------
    score : (n,) float
        Larger is more anomalous; NaN for a beat that could not be scored.
    threshold : float
        A beat that scores exactly this much is not flagged.

    Returns
    -------
    (n,) bool
        Never true where the score is NaN: a comparison with NaN is false.

    Examples
    --------
    >>> decide(np.array([0.5, 1.0, 2.0, np.nan]), 1.0).tolist()
    [False, False, True, False]
    """
    return np.asarray(score) > threshold


def tabulate_scores(score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Quantiles of (n,) scores of normal beats at each of `LEVELS`.

    Raises
    ------
    UserError
        When there is no normal beat.
    """
    if not len(score):
        rule = "no normal validation beats to set a threshold from"
        raise UserError("threshold", rule, "add subjects to the validation split")
    return np.quantile(score, LEVELS)


def threshold_for_level(table: NDArray[np.float64], level: float) -> float:
    """Threshold above which a share of ``1 - level`` of normal beats lies.

    Parameters
    ----------
    table : (m,) float64
        From `tabulate_scores`.
    level : float
        Share of normal beats that are not flagged, in [0, 1].
    """
    return float(np.interp(level, LEVELS, table))


def level_of_score(table: NDArray[np.float64], score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of normal beats below each score, in [0, 1]; NaN for a score of NaN."""
    return np.interp(score, table, LEVELS)


def describe_source(subjects: Iterable[str], sha256: str) -> dict[str, Any]:
    """Say what a threshold is read from: the subjects, and the SHA-256 of the file of scores."""
    return {"subjects": sorted(set(subjects)), "scores_sha256": sha256}


def audit_threshold(
    threshold: Mapping[str, Any],
    validation_sha256: str,
    test_subjects: Iterable[str],
    unit: str,
) -> list[dict[str, str]]:
    """Check that a threshold was read from the validation scores and from no test subject.

    Parameters
    ----------
    threshold : mapping
        ``threshold.json``.
    validation_sha256 : str
        SHA-256 of the file of validation scores.
    test_subjects : iterable of str
        Subjects of the test split.
    unit : {"subject", "beat"}
        What the data set was split by. With ``"beat"`` the check of subjects is waived, and the
        report says so: such a data set has one subject only.

    Returns
    -------
    list of dict
        Name, result and finding of each check, for the report.

    Raises
    ------
    UserError
        At the first check that fails; it names the check and what was found.
    """
    source = threshold.get(READ_FROM)
    if source is None:
        raise UserError("audit threshold_source", "threshold.json does not say it", WAY_OUT)
    if source["scores_sha256"] != validation_sha256:
        rule = "the threshold was read from other scores than those of the validation split"
        raise UserError("audit threshold_source", rule, WAY_OUT)
    shared = sorted(set(source["subjects"]) & set(test_subjects))
    finding = f"subject {', '.join(shared)} of the test split" if shared else "none"
    if shared and unit != "beat":
        rule = f"the threshold was read from {finding}"
        raise UserError("audit threshold_from_test_labels", rule, WAY_OUT)
    return [
        {"check": "threshold_source", "result": "passed", "finding": "none"},
        {
            "check": "threshold_from_test_labels",
            "result": "waived" if shared else "passed",
            "finding": finding,
        },
    ]
