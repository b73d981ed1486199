"""The audit that stops an evaluation whose threshold has seen the test side."""

from collections.abc import Iterable, Mapping
from typing import Any

from ecg_anomaly.files.errors import UserError

WAY_OUT = "run `dvc repro` so that the threshold is read from the validation side"

#: Key of ``threshold.json`` with what the threshold was read from.
READ_FROM = "read_from"


def describe_source(subjects: Iterable[str], sha256: str) -> dict[str, Any]:
    """Say what a threshold is read from: the people, and the digest of the file of scores."""
    return {"subjects": sorted(set(subjects)), "scores_sha256": sha256}


def audit_threshold(
    threshold: Mapping[str, Any],
    validation_sha256: str,
    test_subjects: Iterable[str],
    unit: str,
) -> list[dict[str, str]]:
    """Check that a threshold was read from the validation scores and from no person of the test.

    Parameters
    ----------
    threshold : mapping
        ``threshold.json``.
    validation_sha256 : str
        Digest of the validation scores beside which it is used.
    test_subjects : iterable of str
        People of the test side.
    unit : {"subject", "beat"}
        Of the split. With ``"beat"`` the check of people is waived, in words, because the data
        set has one patient only.

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
        rule = "the threshold was read from other scores than those of the validation side"
        raise UserError("audit threshold_source", rule, WAY_OUT)
    shared = sorted(set(source["subjects"]) & set(test_subjects))
    finding = f"subject {', '.join(shared)} of the test side" if shared else "none"
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
