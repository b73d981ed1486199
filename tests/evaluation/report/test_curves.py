"""Tables for `dvc plots`: shapes of the curves, and what is written of which labels."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scored_beats import draw_scores, make_scores

from ecg_anomaly.evaluation.report.curves import (
    N_POINTS,
    confusion_table,
    histogram_table,
    precision_recall_table,
    roc_table,
    threshold_table,
    write_curves,
)
from ecg_anomaly.network.beat_scores import BeatScores, area_under_roc

SEEDS = range(5)
CURVES = {
    "roc.csv", "precision_recall.csv", "threshold_curve.csv", "confusion.csv",
    "score_histogram.csv",
}  # fmt: skip


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


def test_partly_labelled_beats_give_the_tables_of_the_labelled_ones(tmp_path: Path) -> None:
    known = draw_scores()
    blank = make_scores([""] * 40, [1.0] * 40)
    both = BeatScores(**{k: np.concatenate([v, vars(blank)[k]]) for k, v in vars(known).items()})
    write_curves(tmp_path / "known", known, 1.0)
    write_curves(tmp_path / "both", both, 1.0)
    for name in CURVES:
        assert (tmp_path / "known" / name).read_text() == (tmp_path / "both" / name).read_text()


@pytest.mark.parametrize("aami", [[""] * 6, "NNNNNN", "VVVVVV"])
def test_without_both_kinds_of_beat_each_file_says_so(tmp_path: Path, aami: list[str]) -> None:
    write_curves(tmp_path / "curves", make_scores(aami, [0, 1, 2, 3, 4, 5]), 1.0)
    assert {p.name for p in (tmp_path / "curves").iterdir()} == CURVES
    assert {p.read_text() for p in (tmp_path / "curves").iterdir()} == {"no_labels\n"}


def test_curves_can_be_read_back_and_replace_the_former_ones(tmp_path: Path) -> None:
    write_curves(tmp_path / "curves", draw_scores(seed=0), 1.0)
    (tmp_path / "curves" / "old.csv").write_text("stale")
    write_curves(tmp_path / "curves", draw_scores(seed=1), 1.0)
    assert {p.name for p in tmp_path.rglob("*.csv")} == CURVES
    for path in tmp_path.rglob("*.csv"):
        assert len(pd.read_csv(path)) > 1
