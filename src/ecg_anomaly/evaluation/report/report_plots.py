"""Plots of the report: curves, confusion matrix, score histograms, and losses of the training."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ecg_anomaly.evaluation.metrics.decision_metrics import count_decisions
from ecg_anomaly.evaluation.report.curves import (
    histogram_table,
    precision_recall_table,
    roc_table,
    threshold_table,
)
from ecg_anomaly.evaluation.report.plot_style import (
    ABNORMAL,
    ACCENT,
    MUTED,
    NORMAL,
    new_figure,
    save_figure,
)
from ecg_anomaly.evaluation.threshold.thresholds import decide
from ecg_anomaly.network.beat_scores import BeatScores

#: The baselines that the curves show beside the detector.
SHOWN = ("rule_a", "rule_b", "rule_c", "nearest_neighbour", "isolation_forest")


def draw_report(
    folder: Path,
    scores: BeatScores,
    baselines: Mapping[str, NDArray[np.float64]],
    metrics: Mapping[str, Any],
) -> None:
    """Write the plots that need normal and abnormal labels, or none without such labels.

    Parameters
    ----------
    folder : Path
        An existing folder.
    scores : BeatScores
        Scores of the test split.
    baselines : mapping
        ``test.NAME`` scores of the baselines.
    metrics : mapping
        From `compute_metrics`.
    """
    known = scores.select(scores.labelled)
    if not known.has_both_kinds:
        return
    threshold = float(metrics["threshold"])
    detectors = {"LSTM": known}
    for name in SHOWN:
        if f"test.{name}" in baselines:
            detectors[name] = replace(known, score=baselines[f"test.{name}"][scores.labelled])
    rows = [{"name": "LSTM", **metrics["detector"]}, *metrics["baselines"]]
    histogram, by_threshold = histogram_table(known), threshold_table(known)
    figures = {
        "roc": _draw_roc(detectors, _column(rows, "auroc"), threshold),
        "precision_recall": _draw_precision_recall(detectors, _column(rows, "average_precision")),
        "confusion": _draw_confusion(known, threshold),
        "score_histogram": _draw_histogram(histogram, threshold),
        "threshold_curve": _draw_threshold_curve(by_threshold, threshold),
    }
    for name, figure in figures.items():
        save_figure(figure, folder / f"{name}.png")


def _draw_roc(
    detectors: Mapping[str, BeatScores], areas: Mapping[str, Any], threshold: float
) -> Figure:
    """Plot ROC curves, the first detector on top with its operating point.

    Parameters
    ----------
    detectors : mapping
        Test scores by name; the first detector is that of the pipeline, the others are baselines.
    areas : mapping
        Area under the curve of each, for the legend.
    threshold : float
        Threshold of the first detector.
    """
    figure = new_figure()
    axes = figure.subplots()
    for place, (name, scores) in enumerate(detectors.items()):
        table = roc_table(scores)
        x, y = table["false_positive_rate"], table["true_positive_rate"]
        axes.plot(x, y, label=f"{name} ({_format_area(areas[name])})", **_line(place))
    first = next(iter(detectors.values()))
    counts = count_decisions(first.anomalous, decide(first.score, threshold))
    at = (counts.fp / (counts.fp + counts.tn), counts.tp / (counts.tp + counts.fn))
    axes.plot(*at, "o", color=ABNORMAL, label="threshold in use", zorder=5)
    axes.set(xlabel="false alarms, share of normal beats", ylabel="found, share of abnormal beats")
    axes.set_title("ROC on subjects never seen in training (area)")
    axes.legend(loc="lower right", fontsize=8)
    return figure


def _draw_precision_recall(detectors: Mapping[str, BeatScores], areas: Mapping[str, Any]) -> Figure:
    """Plot precision over recall, the first detector on top; parameters as in `_draw_roc`."""
    figure = new_figure()
    axes = figure.subplots()
    for place, (name, scores) in enumerate(detectors.items()):
        table = precision_recall_table(scores)
        label = f"{name} ({_format_area(areas[name])})"
        axes.plot(table["recall"], table["precision"], label=label, **_line(place))
    axes.set(xlabel="recall", ylabel="precision", ylim=(0, 1.02))
    axes.set_title("Precision and recall (average precision)")
    axes.legend(loc="lower left", fontsize=8)
    return figure


def _draw_confusion(scores: BeatScores, threshold: float) -> Figure:
    """Plot the confusion matrix with counts and shares of each row."""
    counts = count_decisions(scores.anomalous, decide(scores.score, threshold))
    table = np.array([[counts.tn, counts.fp], [counts.fn, counts.tp]])
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    figure = new_figure(5.0, 4.2)
    axes = figure.subplots()
    axes.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(2, 2):
        text = f"{table[row, column]:.0f}\n{share[row, column]:.1%}"
        colour = "white" if share[row, column] > 0.5 else "black"
        axes.text(column, row, text, ha="center", va="center", color=colour)
    names = ["normal", "abnormal"]
    axes.set(xticks=[0, 1], yticks=[0, 1], xticklabels=names, yticklabels=names)
    axes.set(xlabel="decision", ylabel="reference")
    axes.spines[:].set_visible(False)
    axes.set_title("Decisions at the threshold in use")
    return figure


def _draw_histogram(table: pd.DataFrame, threshold: float) -> Figure:
    """Plot the histograms that `histogram_table` gives, and the threshold."""
    figure = new_figure()
    axes = figure.subplots()
    width = table["score"].iloc[1] - table["score"].iloc[0]
    for name, colour in (("normal", NORMAL), ("abnormal", ABNORMAL)):
        axes.bar(table["score"], table[name], width, color=colour, alpha=0.55, label=name)
    axes.axvline(threshold, color="black", linestyle="--", label="threshold")
    axes.set(xlabel="score (the last bin holds all above)", ylabel="share of beats")
    axes.set_title("Scores of normal and abnormal beats")
    axes.legend()
    return figure


def _draw_threshold_curve(table: pd.DataFrame, threshold: float) -> Figure:
    """Plot precision, recall and F1 over the threshold, from `threshold_table`."""
    figure = new_figure()
    axes = figure.subplots()
    colours = {"precision": NORMAL, "recall": ABNORMAL, "f1": ACCENT}
    for name, colour in colours.items():
        axes.plot(table["threshold"], table[name], color=colour, label=name)
    axes.axvline(threshold, color="black", linestyle="--", label="threshold in use")
    high = max(table["threshold"].quantile(0.97), threshold * 1.1)
    axes.set(xlabel="threshold", ylim=(0, 1.02), xlim=(table["threshold"].min(), high))
    axes.set_title("What another threshold would give")
    axes.legend()
    return figure


def draw_training(epochs: list[dict[str, float]]) -> Figure:
    """Plot the losses over the epochs, from ``history.json``."""
    figure = new_figure()
    axes = figure.subplots()
    at: NDArray[np.float64] = np.array([row["epoch"] for row in epochs])
    axes.plot(at, [row["loss"] for row in epochs], color=NORMAL, label="training")
    axes.plot(at, [row["validation_loss"] for row in epochs], color=ABNORMAL, label="validation")
    axes.set(xlabel="epoch", ylabel="loss")
    axes.set_title("Training")
    axes.legend()
    return figure


def _column(rows: list[dict[str, Any]], key: str) -> dict[str, Any]:
    return {row["name"]: row[key] for row in rows}


def _line(place: int) -> dict[str, Any]:
    if place == 0:
        return {"color": ABNORMAL, "linewidth": 2.2, "zorder": 4}
    styles = ["-", "--", ":", "-."]
    shade = [MUTED, NORMAL, ACCENT][place % 3]
    return {"color": shade, "linewidth": 1.1, "linestyle": styles[place % 4], "alpha": 0.9}


def _format_area(value: float | None) -> str:
    return "no value" if value is None else f"{value:.3f}"
