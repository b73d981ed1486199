"""Decisions by a threshold; the table of normal scores, from a level to a threshold and back."""

import numpy as np
import pytest

from ecg_anomaly.evaluation.threshold.thresholds import (
    LEVELS,
    READ_FROM,
    audit_threshold,
    decide,
    describe_source,
    level_of_score,
    tabulate_scores,
    threshold_for_level,
)
from ecg_anomaly.files.errors import UserError


@pytest.fixture
def score() -> np.ndarray:
    return np.random.default_rng(0).lognormal(size=20000)


@pytest.mark.parametrize("threshold", [-np.inf, -1.0, 0.0, 3.5, np.inf])
def test_a_beat_is_flagged_when_it_scores_more_than_the_threshold_and_never_without_a_score(
    threshold,
):
    score = np.array([-2.0, -1.0, 0.0, 1e300, np.nan, 3.5, 3.6])
    assert decide(score, threshold).tolist() == [bool(value > threshold) for value in score]
    assert not decide(score, threshold)[4]
    assert decide(score[:0], threshold).shape == (0,)


def test_levels_rise_from_none_to_all():
    assert LEVELS[0] == 0
    assert LEVELS[-1] == 1
    assert (np.diff(LEVELS) > 0).all()


@pytest.mark.parametrize("rate", [0.5, 0.1, 0.02, 0.005, 0.001])
def test_a_threshold_flags_the_share_it_stands_for(score, rate):
    threshold = threshold_for_level(tabulate_scores(score), 1 - rate)
    assert (score > threshold).mean() == pytest.approx(rate, rel=0.05, abs=2e-4)


def test_level_and_threshold_are_each_others_inverse(score):
    table = tabulate_scores(score)
    levels = np.linspace(0, 1, 173)
    thresholds = np.array([threshold_for_level(table, level) for level in levels])
    np.testing.assert_allclose(level_of_score(table, thresholds), levels, atol=1e-9)
    assert (np.diff(thresholds) > 0).all()


def test_a_larger_score_never_has_a_smaller_level(score):
    table = tabulate_scores(score)
    levels = level_of_score(table, np.linspace(score.min() - 1, score.max() + 1, 1000))
    assert (np.diff(levels) >= 0).all()
    assert levels[0] == 0
    assert levels[-1] == 1


@pytest.mark.parametrize("n", [1, 2, 50])
def test_a_few_or_equal_scores_make_a_table(n):
    table = tabulate_scores(np.full(n, 3.0))
    assert threshold_for_level(table, 0.98) == 3.0
    assert level_of_score(table, np.array([2.9, 3.1])).tolist() == [0, 1]


def test_no_normal_beats_are_a_users_error():
    with pytest.raises(UserError, match="no normal validation beats"):
        tabulate_scores(np.zeros(0))


def test_levels_are_half_a_percent_apart_and_close_up_above_nine_tenths():
    left = 1 - LEVELS
    below = left >= 0.1 - 1e-9
    np.testing.assert_allclose(np.diff(LEVELS[below]), 0.005, rtol=1e-9)
    above = left[(left <= 0.1 + 1e-9) & (left > 0)]
    np.testing.assert_allclose(above[1:] / above[:-1], 1e-3 ** (1 / 300), rtol=1e-6)
    assert (above[0], above[-1]) == (pytest.approx(0.1), pytest.approx(1e-4))


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
    with pytest.raises(
        UserError, match=r"audit threshold_source: threshold\.json has no 'read_from'"
    ):
        audit_threshold({"value": 1.0}, "aa", TEST, "subject")


def test_with_one_subject_the_check_is_waived_and_the_report_names_the_subject():
    report = audit_threshold(threshold(["patient"]), "aa", ["patient"], "beat")
    assert [row["result"] for row in report] == ["passed", "waived"]
    assert report[1]["finding"] == "subject patient of the test split"
