"""Metrics of one detector: by hand, by class, by record, and their intervals."""

import math

import numpy as np
import pytest
from scored_beats import make_scores

from default_config import evaluation_config
from ecg_anomaly.evaluation.report.detector_metrics import (
    class_rows,
    interval_rows,
    mean_over_records,
    overall_metrics,
    record_rows,
    rounded,
)
from ecg_anomaly.records.beat_labels import AAMI_CLASSES


def test_a_hand_counted_case() -> None:
    anomalous = np.array([True, True, True, False, False, False, False, False])
    score = np.array([9.0, 8.0, 1.0, 7.0, 2.0, 1.5, 0.5, 0.0])
    metrics = overall_metrics(anomalous, score, threshold=5.0)
    # Flagged: 9 and 8 rightly, 7 wrongly; missed: 1.
    assert metrics["accuracy"] == 0.75
    assert metrics["precision"] == metrics["recall"] == metrics["f1"] == round(2 / 3, 5)
    assert metrics["specificity"] == 0.8
    # Pairs won: 5 + 5 + 2 of 15. Precision at each hit: 1, 1, 3/6.
    assert metrics["auroc"] == 0.8
    assert metrics["average_precision"] == round((1 + 1 + 0.5) / 3, 5)


def test_a_score_equal_to_the_threshold_is_not_flagged() -> None:
    metrics = overall_metrics(np.array([True, False]), np.array([5.0, 5.0]), 5.0)
    assert metrics["recall"] == 0.0
    assert metrics["specificity"] == 1.0


@pytest.mark.parametrize("truth", [True, False])
def test_one_kind_of_beat_has_no_ranking_and_says_none(truth: bool) -> None:
    metrics = overall_metrics(np.array([truth] * 3), np.arange(3.0), 1.0)
    assert metrics["auroc"] is None
    assert metrics["average_precision"] is None
    assert metrics["specificity" if truth else "recall"] is None


@pytest.mark.parametrize(("value", "kept"), [(math.nan, None), (0.123456, 0.12346), (1, 1.0)])
def test_rounding_turns_nan_into_null(value: float, kept: float | None) -> None:
    assert rounded(value) == kept


def test_class_rows_count_every_beat_once_and_rank_against_normal_beats() -> None:
    scores = make_scores("NNNNVVS", [0, 1, 2, 6, 5, 7, 0.5])
    rows = {row["class"]: row for row in class_rows(scores, threshold=4.0)}
    assert list(rows) == list(AAMI_CLASSES)
    assert sum(row["beats"] for row in rows.values()) == 7
    assert rows["N"] == {
        "class": "N", "beats": 4, "flagged": 1, "flagged_share": 0.25, "auroc": None,
    }  # fmt: skip
    assert rows["V"]["flagged_share"] == 1.0
    assert rows["V"]["auroc"] == round(7 / 8, 5)
    assert rows["S"]["auroc"] == 0.25
    absent = {"class": "F", "beats": 0, "flagged": 0, "flagged_share": None, "auroc": None}
    assert rows["F"] == absent


def test_record_rows_are_by_name_and_add_up() -> None:
    scores = make_scores("NVNNVN", [0, 3, 1, 0, 5, 9], record=list("baabab"))
    rows = record_rows(scores, threshold=2.0)
    assert [row["record"] for row in rows] == ["a", "b"]
    assert [row["beats"] for row in rows] == [3, 3]
    assert sum(row["abnormal"] for row in rows) == 2
    assert sum(row["flagged"] for row in rows) == 3
    assert rows[1]["auroc"] is None  # b has no abnormal beat


def test_mean_over_records_leaves_out_those_without_the_metric() -> None:
    rows = [
        {"auroc": 1.0, "average_precision": 0.5},
        {"auroc": 0.5, "average_precision": None},
        {"auroc": None, "average_precision": None},
    ]
    assert mean_over_records(rows) == {"auroc": 0.75, "average_precision": 0.5}
    assert mean_over_records(rows[2:]) == {"auroc": None, "average_precision": None}
    assert mean_over_records([]) == {"auroc": None, "average_precision": None}


def test_intervals_of_one_subject_are_null_and_of_several_enclose_the_metric() -> None:
    config = evaluation_config(bootstrap_samples=50)
    rng = np.random.default_rng(3)
    aami = "NNNV" * 30
    score = [rng.normal(2.0 if c == "V" else 0.0) for c in aami]
    one = interval_rows(make_scores(aami, score), 1.0, config)
    assert all(row["low"] is None and row["high"] is None for row in one)
    several = make_scores(aami, score, subject=[f"p{i % 6}" for i in range(120)])
    metrics = overall_metrics(several.anomalous, several.score, 1.0)
    for row in interval_rows(several, 1.0, config):
        assert row["low"] <= metrics[row["figure"]] <= row["high"]
