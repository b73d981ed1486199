import numpy as np
import pytest
from scored_beats import draw_scores, make_scores

from ecg_anomaly.evaluation.report.curves import (
    N_POINTS,
    confusion_table,
    histogram_table,
    precision_recall_table,
    roc_table,
    threshold_table,
)
from ecg_anomaly.network.beat_scores import area_under_roc

SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
def test_roc_climbs_from_corner_to_corner_and_keeps_its_area(seed: int) -> None:
    scores = draw_scores(2000, seed)
    table = roc_table(scores)
    x, y = table["false_positive_rate"], table["true_positive_rate"]
    assert x.is_monotonic_increasing
    assert y.is_monotonic_increasing
    assert (x.iloc[0], y.iloc[0], x.iloc[-1], y.iloc[-1]) == (0, 0, 1, 1)
    assert np.trapezoid(y, x) == pytest.approx(
        area_under_roc(scores.anomalous, scores.score), abs=2e-3
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_recall_never_falls_along_the_precision_recall_curve(seed: int) -> None:
    table = precision_recall_table(draw_scores(500, seed))
    assert table["recall"].is_monotonic_increasing
    assert table["recall"].iloc[[0, -1]].tolist() == [0.0, 1.0]
    assert table["precision"].between(0, 1).all()


def test_thinning_bounds_the_number_of_points() -> None:
    rng = np.random.default_rng(1)
    aami = rng.choice(["N", "V"], 5000)
    assert len(roc_table(make_scores(aami, rng.normal(size=5000)))) <= N_POINTS


@pytest.mark.parametrize("seed", SEEDS)
def test_a_higher_threshold_finds_less_and_alarms_less(seed: int) -> None:
    table = threshold_table(draw_scores(500, seed))
    assert table["threshold"].is_monotonic_increasing
    assert table["threshold"].is_unique
    assert table["recall"].is_monotonic_decreasing
    assert table["specificity"].is_monotonic_increasing
    assert table.notna().all(axis=None)
    highest = table.iloc[-1]
    assert (highest["recall"], highest["specificity"]) == (0.0, 1.0)


def test_confusion_rows_are_the_beats() -> None:
    table = confusion_table(make_scores("NVNV", [0, 1, 2, 3]), threshold=1.0)
    assert table["actual"].tolist() == ["normal", "abnormal", "normal", "abnormal"]
    assert table["predicted"].tolist() == ["normal", "normal", "abnormal", "abnormal"]


def test_histogram_shares_sum_to_one_whatever_lies_above_the_last_bin() -> None:
    scores = draw_scores(2000)
    scores.score[0] = 1e6
    table = histogram_table(scores)
    assert len(table) == 60
    assert table["normal"].sum() == pytest.approx(1, abs=1e-4)
    assert table["abnormal"].sum() == pytest.approx(1, abs=1e-4)
    assert table["score"].max() < 100
