"""Write the report's tables and pictures."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.evaluation.report import curves
from ecg_anomaly.evaluation.report import report_plots as plots
from ecg_anomaly.evaluation.report.plot_style import save_figure
from ecg_anomaly.files.atomic import replace_folder, write_text
from ecg_anomaly.network.beat_scores import BeatScores

#: The baselines that the curves show beside the detector.
SHOWN = ("rule_a", "rule_b", "rule_c", "nearest_neighbour", "isolation_forest")


def write_curves(folder: Path, scores: BeatScores, threshold: float) -> None:
    """Write the tables of `dvc plots`; without labels they hold nothing but their header."""
    known = scores.select(scores.labelled)
    makers = {
        "roc.csv": lambda: curves.roc_table(known),
        "precision_recall.csv": lambda: curves.precision_recall_table(known),
        "threshold_curve.csv": lambda: curves.threshold_table(known),
        "confusion.csv": lambda: curves.confusion_table(known, threshold),
        "score_histogram.csv": lambda: curves.histogram_table(known),
    }
    with replace_folder(folder) as temporary:
        for name, make in makers.items():
            text = make().to_csv(index=False) if _has_both(known) else "no_labels\n"
            write_text(temporary / name, text)


def draw_report(
    folder: Path,
    scores: BeatScores,
    baselines: Mapping[str, NDArray[np.float64]],
    metrics: Mapping[str, Any],
) -> None:
    """Draw the pictures that need labels; none without them.

    Parameters
    ----------
    folder : Path
        An existing folder.
    scores : BeatScores
        Of the test side.
    baselines : mapping
        ``test.NAME`` scores of the baselines.
    metrics : mapping
        From `compute_metrics`.
    """
    known = scores.select(scores.labelled)
    if not _has_both(known):
        return
    threshold = float(metrics["threshold"])
    detectors = {"LSTM": known}
    for name in SHOWN:
        if f"test.{name}" in baselines:
            detectors[name] = replace(known, score=baselines[f"test.{name}"][scores.labelled])
    rows = [{"name": "LSTM", **metrics["detector"]}, *metrics["baselines"]]
    histogram, by_threshold = curves.histogram_table(known), curves.threshold_table(known)
    drawn = {
        "roc": plots.draw_roc(detectors, _column(rows, "auroc"), threshold),
        "precision_recall": plots.draw_precision_recall(
            detectors, _column(rows, "average_precision")
        ),
        "confusion": plots.draw_confusion(known, threshold),
        "score_histogram": plots.draw_histogram(histogram, threshold),
        "threshold_curve": plots.draw_threshold_curve(by_threshold, threshold),
    }
    for name, metric in drawn.items():
        save_figure(metric, folder / f"{name}.png")


def _column(rows: list[dict[str, Any]], key: str) -> dict[str, Any]:
    return {row["name"]: row[key] for row in rows}


def _has_both(known: BeatScores) -> bool:
    return bool(known.anomalous.any() and not known.anomalous.all())
