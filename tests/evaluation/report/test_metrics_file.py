"""The content of metrics.json: valid JSON whatever the labels; baselines beside the detector."""

import json
from typing import Any

import numpy as np
import pytest
from scored_beats import draw_scores, make_scores

from default_config import evaluation_config
from ecg_anomaly.evaluation.report.metrics_file import compute_metrics, evaluate_baselines
from ecg_anomaly.network.beat_scores import BeatScores

CONFIG = evaluation_config(bootstrap_samples=20)


def threshold(value: float, stated: float | None = 0.02) -> dict[str, Any]:
    return {"value": value, "stated_false_alarm_rate": stated}


@pytest.mark.parametrize(
    "scores",
    [
        draw_scores(),
        make_scores("NNN", [1, 2, 3]),
        make_scores("VV", [1, 2]),
        make_scores("NV", [1, 1]),
        make_scores(["", "N", "V"], [1, 2, 3]),
        make_scores(["", ""], [1, 2]),
    ],
    ids=["both kinds", "all normal", "all abnormal", "tie", "partly labelled", "unlabelled"],
)
def test_no_nan_reaches_the_json(scores: BeatScores) -> None:
    metrics = compute_metrics(scores, threshold(1.5), [], CONFIG)
    assert json.loads(json.dumps(metrics, allow_nan=False)) == metrics


def test_groups_of_beats_are_evaluated_by_themselves() -> None:
    scores = draw_scores()
    halves = np.arange(len(scores.score)) % 2, ("even", "odd")
    metrics = compute_metrics(scores, threshold(1.5), [], CONFIG, {"place": halves})
    assert [row["group"] for row in metrics["subgroups"]] == ["even", "odd"]
    assert sum(row["beats"] for row in metrics["subgroups"]) == metrics["test"]["labelled"]
    json.dumps(metrics, allow_nan=False)


def test_without_labels_only_counts_are_given() -> None:
    metrics = compute_metrics(make_scores([""] * 4, [1, 2, 3, 4]), threshold(3.0), [], CONFIG)
    assert metrics == {
        "labelled": False,
        "test": {"beats": 4, "labelled": 0, "abnormal": 0, "subjects": 1, "flagged_share": 0.25},
        "threshold": 3.0,
    }


def test_unlabelled_beats_are_counted_and_not_evaluated() -> None:
    scores = make_scores(["", "", "N", "V"], [9, 9, 0, 5])
    metrics = compute_metrics(scores, threshold(3.0), [], CONFIG)
    assert metrics["test"]["beats"] == 4
    assert metrics["test"]["labelled"] == 2
    assert metrics["test"]["flagged_share"] == 0.75
    assert metrics["detector"]["accuracy"] == 1.0
    assert metrics["false_alarm_rate"] == {"stated": 0.02, "realised": 0.0}


def test_the_realised_false_alarm_rate_is_that_of_normal_beats() -> None:
    scores = make_scores("NNNNV", [0, 0, 0, 9, 9])
    metrics = compute_metrics(scores, threshold(5.0, None), [], CONFIG)
    assert metrics["false_alarm_rate"] == {"stated": None, "realised": 0.25}


def test_tables_are_lists_and_headline_figures_numbers() -> None:
    metrics = compute_metrics(draw_scores(), threshold(1.0), [], CONFIG)
    for table in ("intervals", "per_class", "per_record", "baselines"):
        assert isinstance(metrics[table], list)
    assert all(isinstance(v, float) for v in metrics["detector"].values())
    assert len(metrics["per_record"]) == 4


def test_a_baseline_is_held_to_the_same_share_of_normal_validation_beats() -> None:
    rng = np.random.default_rng(0)
    validation = rng.normal(size=1000)
    test = make_scores("N" * 1000 + "V" * 10, [0.0] * 1010)
    score = np.concatenate([rng.permutation(validation), np.full(10, 50.0)])
    arrays = {"validation.knn": validation, "test.knn": score}
    (row,) = evaluate_baselines(test, arrays, np.ones(1000, dtype=bool), level=0.95)
    assert row["name"] == "knn"
    assert row["auroc"] == 1.0
    assert row["recall"] == 1.0
    assert row["specificity"] == pytest.approx(0.95, abs=0.001)


def test_abnormal_validation_beats_do_not_move_a_baselines_threshold() -> None:
    test = make_scores("NV", [0.0, 0.0])
    validation = np.array([0.0, 1.0, 2.0, 1000.0])
    arrays = {"validation.knn": validation, "test.knn": np.array([1.0, 3.0])}
    normal = np.array([True, True, True, False])
    (row,) = evaluate_baselines(test, arrays, normal, level=1.0)
    assert row["recall"] == row["specificity"] == 1.0


def test_the_best_baseline_is_chosen_figure_by_figure() -> None:
    rows = [
        {"name": "a", "auroc": 0.9, "average_precision": None, "f1": 0.2},
        {"name": "b", "auroc": 0.8, "average_precision": 0.4, "f1": 0.3},
    ]
    metrics = compute_metrics(draw_scores(), threshold(1.0), rows, CONFIG)
    assert metrics["best_baseline"] == {"auroc": 0.9, "average_precision": 0.4, "f1": 0.3}


def test_scores_of_equal_order_are_judged_alike() -> None:
    scores = draw_scores()
    transformed = BeatScores(**{**vars(scores), "score": np.exp(scores.score)})
    plain = compute_metrics(scores, threshold(1.0), [], CONFIG)
    again = compute_metrics(transformed, threshold(float(np.e)), [], CONFIG)
    for group in ("detector", "mean_over_records", "per_class", "intervals"):
        assert again[group] == plain[group]
