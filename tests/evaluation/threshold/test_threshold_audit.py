"""A threshold that was chosen on test data is refused, and the error names the subjects."""

import pytest

from ecg_anomaly.evaluation.threshold.threshold_audit import (
    READ_FROM,
    audit_threshold,
    describe_source,
)
from ecg_anomaly.files.errors import UserError

VALIDATION, TEST = ["p1", "p2", "p1"], ["p3", "p4"]


def threshold(subjects=VALIDATION, sha256="aa") -> dict:
    return {"value": 1.0, READ_FROM: describe_source(subjects, sha256)}


def test_subjects_are_named_once_in_order():
    assert describe_source(["b", "a", "b"], "aa") == {"subjects": ["a", "b"], "scores_sha256": "aa"}


def test_a_threshold_of_the_validation_split_passes():
    report = audit_threshold(threshold(), "aa", TEST, "subject")
    assert [row["check"] for row in report] == ["threshold_source", "threshold_from_test_labels"]
    assert {row["result"] for row in report} == {"passed"}


@pytest.mark.parametrize("planted", [TEST, [*VALIDATION, "p4"]])
def test_a_threshold_read_from_test_subjects_is_refused_by_name(planted):
    with pytest.raises(UserError) as caught:
        audit_threshold(threshold(planted), "aa", TEST, "subject")
    assert caught.value.where == "audit threshold_from_test_labels"
    assert caught.value.rule.endswith("p4 of the test split")


@pytest.mark.parametrize("unit", ["subject", "beat"])
def test_a_threshold_read_from_other_scores_is_refused(unit):
    with pytest.raises(UserError, match=r"audit threshold_source: .* other scores than those of"):
        audit_threshold(threshold(sha256="bb"), "aa", TEST, unit)


def test_a_threshold_that_does_not_say_where_it_comes_from_is_refused():
    with pytest.raises(UserError, match=r"audit threshold_source: threshold\.json does not say it"):
        audit_threshold({"value": 1.0}, "aa", TEST, "subject")


def test_with_one_subject_the_check_is_waived_and_the_report_names_the_subject():
    report = audit_threshold(threshold(["patient"]), "aa", ["patient"], "beat")
    assert [row["result"] for row in report] == ["passed", "waived"]
    assert report[1]["finding"] == "subject patient of the test split"
