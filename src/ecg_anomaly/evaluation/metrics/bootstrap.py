"""Confidence intervals of metrics, by resampling subjects.

Beats of one subject resemble each other, so resampling beats would give intervals that are far too
narrow: the unit drawn with replacement is the subject (Efron and Tibshirani 1993, chapter 8).

`scipy.stats.bootstrap` is not used. It resamples the rows of its data and calls a statistic on each
resample; with subjects as rows, the statistic would have to collect and sort tens of thousands of
beats for each of a thousand resamples. Here beats are sorted once, and a resample is a weight of
each subject: every metric is then a few weighted sums, exact also with ties. And resamples in which
a metric has no value are left out, while SciPy's interval would become NaN.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.evaluation.metrics.decision_metrics import Confusion, compute_rates

RANKING_METRICS = ("auroc", "average_precision")
METRICS = ("accuracy", "precision", "recall", "f1", "specificity", *RANKING_METRICS)


@dataclass(frozen=True)
class Ranking:
    """Beats sorted by score, highest first.

    Attributes
    ----------
    owner : (n,) int
        Index of the subject of each beat.
    anomalous : (n,) bool
        Truth.
    last : (n_scores,) int
        Row of the last beat of each distinct score.
    """

    owner: NDArray[np.intp]
    anomalous: NDArray[np.bool_]
    last: NDArray[np.intp]


def bootstrap_intervals(
    anomalous: NDArray[np.bool_],
    score: NDArray[np.floating],
    flagged: NDArray[np.bool_],
    subject: NDArray[np.str_],
    n_samples: int,
    confidence: float,
    seed: int,
) -> dict[str, list[float]]:
    """Percentile intervals of every metric.

    Parameters
    ----------
    anomalous, flagged : (n,) bool
        Truth and decision of each beat.
    score : (n,) float
        Larger is more anomalous.
    subject : (n,) str
        Subject of each beat.
    n_samples : int
        Number of resamples.
    confidence : float
        Coverage, for example 0.95.
    seed : int
        Seed of the resampling.

    Returns
    -------
    dict
        ``[low, high]`` of each of `METRICS`. Resamples in which a metric has no value are left
        out. ``[nan, nan]`` when none has a value, and with fewer than two subjects: how subjects
        differ is then unknown.
    """
    names, owner = np.unique(subject, return_inverse=True)
    outcomes = count_outcomes(anomalous, flagged, owner, len(names))
    ranking = rank_beats(anomalous, score, owner)
    draws: dict[str, list[float]] = {name: [] for name in METRICS}
    for weight in draw_weights(len(names), n_samples, seed):
        rates = compute_rates(Confusion(*(weight @ outcomes)))
        for name, value in (rates | ranking_metrics(ranking, weight)).items():
            draws[name].append(value)
    return {name: percentile_interval(values, confidence) for name, values in draws.items()}


def bootstrap_differences(
    anomalous: NDArray[np.bool_],
    score: NDArray[np.floating],
    other: NDArray[np.floating],
    subject: NDArray[np.str_],
    n_samples: int,
    confidence: float,
    seed: int,
) -> dict[str, list[float]]:
    """Percentile intervals of how much better `score` ranks beats than `other` does.

    Both are computed on the same resamples: what is easy or hard in the drawn subjects cancels, so
    that the interval is that of the difference and not that of two metrics.

    Parameters
    ----------
    anomalous : (n,) bool
        Truth of each beat.
    score, other : (n,) float
        Its two scores, larger is more anomalous.
    subject : (n,) str
        Its subject.
    n_samples, confidence, seed
        As in `bootstrap_intervals`.

    Returns
    -------
    dict
        ``[low, high]`` of ``auroc`` and ``average_precision`` of `score` minus those of `other`;
        ``[nan, nan]`` with fewer than two subjects.
    """
    names, owner = np.unique(subject, return_inverse=True)
    rankings = [rank_beats(anomalous, values, owner) for values in (score, other)]
    draws: dict[str, list[float]] = {name: [] for name in RANKING_METRICS}
    for weight in draw_weights(len(names), n_samples, seed):
        one, two = (ranking_metrics(ranking, weight) for ranking in rankings)
        for name, values in draws.items():
            values.append(one[name] - two[name])
    return {name: percentile_interval(values, confidence) for name, values in draws.items()}


def draw_weights(n_subjects: int, n_samples: int, seed: int) -> Iterator[NDArray[np.float64]]:
    """Yield how often each subject is drawn, (n_subjects,); nothing for fewer than two subjects."""
    rng = np.random.default_rng(seed)
    for _ in range(n_samples if n_subjects > 1 else 0):
        drawn = rng.integers(0, n_subjects, size=n_subjects)
        yield np.bincount(drawn, minlength=n_subjects).astype(float)


def percentile_interval(values: list[float], confidence: float) -> list[float]:
    """Return ``[low, high]`` of the values that are known; ``[nan, nan]`` when none is."""
    known = np.array(values)[np.isfinite(values)]
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    return [float(v) for v in np.quantile(known, tails)] if len(known) else [float("nan")] * 2


def rank_beats(
    anomalous: NDArray[np.bool_], score: NDArray[np.floating], owner: NDArray[np.intp]
) -> Ranking:
    """Sort (n,) beats by score, once for all resamples; `owner` is each one's subject."""
    order = np.argsort(-score, kind="stable")
    falling = score[order]
    last = np.flatnonzero(np.append(falling[1:] != falling[:-1], True)[: len(falling)])
    return Ranking(owner[order], anomalous[order], last)


def count_outcomes(
    anomalous: NDArray[np.bool_], flagged: NDArray[np.bool_], owner: NDArray[np.intp], n: int
) -> NDArray[np.float64]:
    """Count the four outcomes of each subject, (n, 4), in the order of `Confusion`."""
    columns = [
        anomalous & flagged, ~anomalous & flagged, ~anomalous & ~flagged, anomalous & ~flagged,
    ]  # fmt: skip
    return np.column_stack([np.bincount(owner, c, minlength=n) for c in columns])


def ranking_metrics(ranking: Ranking, weight: NDArray[np.float64]) -> dict[str, float]:
    """Area under the ROC curve and average precision when each subject counts `weight` times."""
    beats = weight[ranking.owner]
    positive = np.cumsum(np.where(ranking.anomalous, beats, 0.0))[ranking.last]
    flagged = np.cumsum(beats)[ranking.last]
    negative = flagged - positive
    if not len(positive) or not positive[-1] or not negative[-1]:
        return {"auroc": float("nan"), "average_precision": float("nan")}
    hits, alarms = np.diff(positive, prepend=0.0), np.diff(negative, prepend=0.0)
    auroc = hits @ (negative[-1] - negative + alarms / 2) / (positive[-1] * negative[-1])
    precision = positive / np.maximum(flagged, 1.0)
    return {"auroc": float(auroc), "average_precision": float(hits @ precision / positive[-1])}
