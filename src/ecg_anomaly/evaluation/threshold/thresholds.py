"""Flag beats by a threshold, turn false alarm rates into thresholds, and audit a threshold.

A detector carries a table of the scores of normal beats: any false alarm rate can then be turned
into a threshold where the detector is used, without the beats it was calibrated on. The file of a
threshold names the scores and subjects that it was chosen on, so that an evaluation can refuse one
that was chosen on test data.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError

#: Names of a detector's two tables: of scores from all leads, and from the first lead alone.
TOGETHER, ALONE = "quantile", "first_lead_quantile"

#: Levels of the quantiles in a table, from 0 to 1, denser towards 1 where thresholds are.
LEVELS = 1 - np.concatenate([np.linspace(1, 0.1, 181), np.geomspace(0.1, 1e-4, 301)[1:], [0.0]])

WAY_OUT = "run `dvc repro` so that the threshold is read from the validation split"

#: Key of ``threshold.json`` with the scores and subjects that the threshold was chosen on.
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
    """Return the quantiles, (n_levels,), of (n,) scores of normal beats at each of `LEVELS`.

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
    """Return the threshold that a share of ``1 - level`` of normal beats exceeds.

    Parameters
    ----------
    table : (m,) float64
        From `tabulate_scores`.
    level : float
        Share of normal beats that are not flagged, in [0, 1].
    """
    return float(np.interp(level, LEVELS, table))


def level_of_score(table: NDArray[np.float64], score: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of normal beats below each score, (n,) in [0, 1]; NaN for a score of NaN."""
    return np.interp(score, table, LEVELS)


def describe_source(subjects: Iterable[str], sha256: str) -> dict[str, Any]:
    """Return the entry `READ_FROM`: subjects (sorted), and the SHA-256 of the file of scores."""
    return {"subjects": sorted(set(subjects)), "scores_sha256": sha256}


def audit_threshold(
    threshold: Mapping[str, Any],
    validation_sha256: str,
    test_subjects: Iterable[str],
    unit: str,
) -> list[dict[str, str]]:
    """Check that a threshold was chosen on the validation scores and on no test subject.

    Parameters
    ----------
    threshold : mapping
        Content of ``threshold.json``.
    validation_sha256 : str
        SHA-256 of the file of validation scores.
    test_subjects : iterable of str
        Subjects of the test split.
    unit : {"subject", "beat"}
        What the data set was split by. With ``"beat"`` the check of subjects is waived, because
        such a data set has one subject only; the result says so.

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
        rule = f"threshold.json has no {READ_FROM!r}: the scores it was chosen on are unknown"
        raise UserError("audit threshold_source", rule, WAY_OUT)
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
