"""Plots of the report: their bytes repeat, and they show labelled beats only."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scored_beats import draw_scores, make_scores

from default_config import evaluation_config
from ecg_anomaly.evaluation.report.metrics_file import compute_metrics, evaluate_baselines
from ecg_anomaly.evaluation.report.plot_style import save_figure
from ecg_anomaly.evaluation.report.report_plots import draw_report, draw_training
from ecg_anomaly.network.beat_scores import BeatScores

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
        evaluation_config(bootstrap_samples=10),
    )
    draw_report(folder, scores, baselines, metrics)
    return {path.name for path in folder.iterdir()}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw the plots of the labelled scores."""
    folder = tmp_path_factory.mktemp("plots") / "known"
    assert draw(folder, draw_scores()) == PLOTS
    return folder


def test_plots_have_the_same_bytes_twice(drawn: Path, tmp_path: Path) -> None:
    assert draw(tmp_path / "again", draw_scores()) == PLOTS
    for name in PLOTS:
        first, second = (folder / name for folder in (drawn, tmp_path / "again"))
        assert first.read_bytes() == second.read_bytes()
        assert first.read_bytes().startswith(b"\x89PNG")
        assert b"Matplotlib" not in first.read_bytes()


def test_other_scores_make_other_plots(drawn: Path, tmp_path: Path) -> None:
    draw(tmp_path / "other", draw_scores(seed=1))
    assert (drawn / "roc.png").read_bytes() != (tmp_path / "other/roc.png").read_bytes()


def test_partly_labelled_beats_are_plotted_by_the_labelled_ones(
    drawn: Path, tmp_path: Path
) -> None:
    known = draw_scores()
    blank = make_scores([""] * 40, [1.0] * 40)
    both = BeatScores(**{k: np.concatenate([v, vars(blank)[k]]) for k, v in vars(known).items()})
    assert draw(tmp_path / "both", both) == PLOTS
    for name in ("confusion.png", "score_histogram.png", "threshold_curve.png"):
        assert (drawn / name).read_bytes() == (tmp_path / "both" / name).read_bytes()


@pytest.mark.parametrize("aami", [[""] * 6, "NNNNNN", "VVVVVV"])
def test_without_both_kinds_of_beat_nothing_is_plotted(tmp_path: Path, aami: list[str]) -> None:
    draw_report(tmp_path, make_scores(aami, [0, 1, 2, 3, 4, 5]), {}, {})
    assert not list(tmp_path.iterdir())


def test_the_training_plot_takes_one_epoch(tmp_path: Path) -> None:
    epochs = [{"epoch": 1, "loss": 1.0, "validation_loss": 1.1}]
    save_figure(draw_training(epochs), tmp_path / "training.png")
    assert (tmp_path / "training.png").stat().st_size > 1000
