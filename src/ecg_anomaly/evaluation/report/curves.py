"""Tables for `dvc plots`: ROC, precision and recall, metrics by threshold, confusion, scores."""

from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import precision_recall_curve, roc_curve

from ecg_anomaly.evaluation.metrics.decision_metrics import compute_rates, count_decisions
from ecg_anomaly.evaluation.threshold.thresholds import decide
from ecg_anomaly.files.atomic import replace_folder, write_text
from ecg_anomaly.network.beat_scores import BeatScores

#: Points of a curve: more than a plot can show.
N_POINTS = 400


def write_curves(folder: Path, scores: BeatScores, threshold: float) -> None:
    """Write the tables of `dvc plots`.

    Parameters
    ----------
    folder : Path
        Folder of the tables; replaced as a whole.
    scores : BeatScores
        Scores of the test split; beats without a label are left out. Without normal or without
        abnormal beats each file holds only the line ``no_labels``.
    threshold : float
        The detector's threshold, for the confusion table.
    """
    known = scores.select(scores.labelled)
    makers = {
        "roc.csv": lambda: roc_table(known),
        "precision_recall.csv": lambda: precision_recall_table(known),
        "threshold_curve.csv": lambda: threshold_table(known),
        "confusion.csv": lambda: confusion_table(known, threshold),
        "score_histogram.csv": lambda: histogram_table(known),
    }
    with replace_folder(folder) as temporary:
        for name, make in makers.items():
            text = make().to_csv(index=False) if known.has_both_kinds else "no_labels\n"
            write_text(temporary / name, text)


def roc_table(scores: BeatScores) -> pd.DataFrame:
    """Return the ROC curve, at most `N_POINTS` rows of false and true positive rate."""
    fpr, tpr, _ = roc_curve(scores.anomalous, scores.score)
    return _thin(pd.DataFrame({"false_positive_rate": fpr, "true_positive_rate": tpr}))


def precision_recall_table(scores: BeatScores) -> pd.DataFrame:
    """Return the curve of precision over recall, at most `N_POINTS` rows."""
    precision, recall, _ = precision_recall_curve(scores.anomalous, scores.score)
    return _thin(pd.DataFrame({"recall": recall[::-1], "precision": precision[::-1]}))


def threshold_table(scores: BeatScores) -> pd.DataFrame:
    """Return precision, recall, F1 and specificity, at thresholds that flag 0.1 % to all beats."""
    shares = np.concatenate([[0.0], np.geomspace(1e-3, 1.0, 120)])
    thresholds = np.unique(np.quantile(scores.score, 1 - shares))
    counts = [count_decisions(scores.anomalous, decide(scores.score, t)) for t in thresholds]
    rows = [{"threshold": t, **compute_rates(c)} for t, c in zip(thresholds, counts, strict=True)]
    table = pd.DataFrame(rows)[["threshold", "precision", "recall", "f1", "specificity"]]
    return table.fillna(0.0).round(6)


def confusion_table(scores: BeatScores, threshold: float) -> pd.DataFrame:
    """Return one row per beat, ``actual`` and ``predicted``, as DVC's confusion template needs."""
    actual = np.where(scores.anomalous, "abnormal", "normal")
    predicted = np.where(decide(scores.score, threshold), "abnormal", "normal")
    return pd.DataFrame({"actual": actual, "predicted": predicted})


def histogram_table(scores: BeatScores) -> pd.DataFrame:
    """Return the share of normal and of abnormal beats in each of 60 score bins."""
    low, high = np.quantile(scores.score, [0.0, 0.999])
    edges = np.linspace(low, high, 61)
    clipped = np.clip(scores.score, edges[0], edges[-1])
    table = {"score": (edges[:-1] + edges[1:]) / 2}
    for name, rows in (("normal", ~scores.anomalous), ("abnormal", scores.anomalous)):
        count, _ = np.histogram(clipped[rows], edges)
        table[name] = count / max(1, count.sum())
    return pd.DataFrame(table).round(6)


def _thin(table: pd.DataFrame) -> pd.DataFrame:
    """Keep points evenly spaced along the curve's length."""
    steps = np.sqrt((table.diff().fillna(0.0).to_numpy() ** 2).sum(axis=1)).cumsum()
    wanted = np.linspace(0, steps[-1], N_POINTS)
    rows = np.unique(np.searchsorted(steps, wanted).clip(0, len(table) - 1))
    return table.iloc[rows].round(6)
