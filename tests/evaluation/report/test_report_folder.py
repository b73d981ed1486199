from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scored_beats import draw_scores, make_scores

from ecg_anomaly.config.pipeline_schema import EvaluationConfig
from ecg_anomaly.evaluation.report.examples import choose_examples
from ecg_anomaly.evaluation.report.metrics_file import compute_metrics, evaluate_baselines
from ecg_anomaly.evaluation.report.plot_style import save_figure
from ecg_anomaly.evaluation.report.report_folder import draw_report, write_curves
from ecg_anomaly.evaluation.report.report_plots import draw_training
from ecg_anomaly.network.beat_scores import BeatScores

CURVES = {
    "roc.csv", "precision_recall.csv", "threshold_curve.csv", "confusion.csv",
    "score_histogram.csv",
}  # fmt: skip
PLOTS = {
    "roc.png", "precision_recall.png", "confusion.png", "score_histogram.png",
    "threshold_curve.png",
}  # fmt: skip


def draw(folder: Path, scores: BeatScores) -> set[str]:
    folder.mkdir()
    baselines = {"test.rule_b": scores.score[::-1].copy(), "validation.rule_b": scores.score}
    normal = np.ones(len(scores.score), dtype=bool)
    metrics: dict[str, Any] = compute_metrics(
        scores,
        {"value": 1.0, "stated_false_alarm_rate": 0.02},
        evaluate_baselines(scores, baselines, normal, 0.98),
        EvaluationConfig(bootstrap_samples=10),
    )
    draw_report(folder, scores, baselines, metrics)
    return {path.name for path in folder.iterdir()}


def test_pictures_have_the_same_bytes_twice(tmp_path: Path) -> None:
    scores = draw_scores()
    assert draw(tmp_path / "a", scores) == draw(tmp_path / "b", scores) == PLOTS
    for name in PLOTS:
        first, second = (tmp_path / folder / name for folder in "ab")
        assert first.read_bytes() == second.read_bytes()
        assert first.read_bytes().startswith(b"\x89PNG")
        assert b"Matplotlib" not in first.read_bytes()


def test_other_scores_make_other_pictures(tmp_path: Path) -> None:
    draw(tmp_path / "a", draw_scores(seed=0))
    draw(tmp_path / "b", draw_scores(seed=1))
    assert (tmp_path / "a/roc.png").read_bytes() != (tmp_path / "b/roc.png").read_bytes()


def test_partly_labelled_beats_are_drawn_from_the_labelled_ones(tmp_path: Path) -> None:
    known = draw_scores()
    nobody = make_scores([""] * 40, [1.0] * 40)
    both = BeatScores(**{k: np.concatenate([v, vars(nobody)[k]]) for k, v in vars(known).items()})
    assert draw(tmp_path / "a", both) == PLOTS
    write_curves(tmp_path / "known", known, 1.0)
    write_curves(tmp_path / "both", both, 1.0)
    for name in CURVES:
        assert (tmp_path / "known" / name).read_text() == (tmp_path / "both" / name).read_text()


@pytest.mark.parametrize("aami", [[""] * 6, "NNNNNN", "VVVVVV"])
def test_without_both_kinds_of_beat_nothing_is_drawn(tmp_path: Path, aami: list[str]) -> None:
    scores = make_scores(aami, [0, 1, 2, 3, 4, 5])
    draw_report(tmp_path, scores, {}, {})
    assert not list(tmp_path.iterdir())
    write_curves(tmp_path / "curves", scores, 1.0)
    assert {p.name for p in (tmp_path / "curves").iterdir()} == CURVES
    assert {p.read_text() for p in (tmp_path / "curves").iterdir()} == {"no_labels\n"}


def test_curves_can_be_read_back_and_replace_the_former_ones(tmp_path: Path) -> None:
    write_curves(tmp_path / "curves", draw_scores(seed=0), 1.0)
    (tmp_path / "curves" / "old.csv").write_text("stale")
    write_curves(tmp_path / "curves", draw_scores(seed=1), 1.0)
    assert {p.name for p in tmp_path.rglob("*.csv")} == CURVES
    for path in tmp_path.rglob("*.csv"):
        assert len(pd.read_csv(path)) > 1


def test_the_training_picture_takes_one_epoch(tmp_path: Path) -> None:
    epochs = [{"epoch": 1, "loss": 1.0, "validation_loss": 1.1}]
    save_figure(draw_training(epochs), tmp_path / "training.png")
    assert (tmp_path / "training.png").stat().st_size > 1000


def test_examples_come_highest_first_and_from_several_records() -> None:
    score = np.array([9.0, 8.0, 7.0, 6.0, 5.0, 4.0, 3.0, 2.0])
    record = np.array(list("aaaabbcd"))
    rows = choose_examples(score, record, n=8)
    assert rows.tolist() == [0, 1, 4, 5, 6, 7]  # two of each record at most
    assert (np.diff(score[rows]) < 0).all()


@pytest.mark.parametrize(("n_beats", "n"), [(0, 4), (1, 4), (9, 1)])
def test_examples_of_few_beats_are_few(n_beats: int, n: int) -> None:
    record = np.array([f"r{i}" for i in range(n_beats)], dtype="<U4")
    assert len(choose_examples(np.arange(float(n_beats)), record, n)) == min(n, n_beats)
