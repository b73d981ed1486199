"""Stop an evaluation whose threshold was chosen on test data.

The file of a threshold says which scores and which subjects it was read from.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from ecg_anomaly.files.errors import UserError

WAY_OUT = "run `dvc repro` so that the threshold is read from the validation split"

#: Key of ``threshold.json`` with what the threshold was read from.
READ_FROM = "read_from"


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
