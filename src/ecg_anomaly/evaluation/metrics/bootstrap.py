"""Intervals by resampling subjects.

Beats of one person resemble each other, so resampling beats would give intervals that are far too
narrow; the unit drawn with replacement is the person (Efron and Tibshirani 1993, chapter 8).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.evaluation.metrics.decision_metrics import Confusion, compute_rates

METRICS = (
    "accuracy", "precision", "recall", "f1", "specificity", "auroc", "average_precision",
)  # fmt: skip


@dataclass(frozen=True)
class _Ranking:
    """Person and truth of the beats, highest score first, and the last beat of each tie."""

    person: NDArray[np.intp]
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
    """Percentile intervals of every figure.

    Parameters
    ----------
    anomalous, score, flagged, subject : (n,)
        Truth, score, decision and person of each beat.
    n_samples : int
        Number of resamples.
    confidence : float
        Coverage, for example 0.95.
    seed : int
        Of the resampling.

    Returns
    -------
    dict
        ``[low, high]`` for accuracy, precision, recall, f1, specificity, auroc and
        average_precision. Resamples in which a figure has no value are left out. ``[nan,
        nan]`` when none has a value, and with less than two subjects: one person says nothing
        of how people differ.
    """
    names, person = np.unique(subject, return_inverse=True)
    draws: dict[str, list[float]] = {name: [] for name in METRICS}
    outcomes = _outcomes(anomalous, flagged, person, len(names))
    ranking = _rank_beats(anomalous, score, person)
    rng = np.random.default_rng(seed)
    for _ in range(n_samples if len(names) > 1 else 0):
        drawn = rng.integers(0, len(names), size=len(names))
        weight = np.bincount(drawn, minlength=len(names)).astype(float)
        figures = compute_rates(Confusion(*(weight @ outcomes)))
        figures |= _areas(ranking, weight)
        for name, value in figures.items():
            draws[name].append(value)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    return {name: _percentiles(np.array(values), tails) for name, values in draws.items()}


def bootstrap_differences(
    anomalous: NDArray[np.bool_],
    score: NDArray[np.floating],
    other: NDArray[np.floating],
    subject: NDArray[np.str_],
    n_samples: int,
    confidence: float,
    seed: int,
) -> dict[str, list[float]]:
    """Percentile intervals of how much better `score` ranks than `other`, person by person.

    Both are computed on the same draws: what is easy or hard in the people drawn cancels, so that
    the interval is that of the difference and not that of two figures.

    Parameters
    ----------
    anomalous, score, other, subject : (n,)
        Truth, the two scores and person of each beat.
    n_samples, confidence, seed
        As in `bootstrap_intervals`.

    Returns
    -------
    dict
        ``[low, high]`` of ``auroc`` and ``average_precision``, the other's taken away; ``[nan,
        nan]`` with less than two subjects.
    """
    names, person = np.unique(subject, return_inverse=True)
    rankings = [_rank_beats(anomalous, values, person) for values in (score, other)]
    draws: dict[str, list[float]] = {"auroc": [], "average_precision": []}
    rng = np.random.default_rng(seed)
    for _ in range(n_samples if len(names) > 1 else 0):
        drawn = rng.integers(0, len(names), size=len(names))
        weight = np.bincount(drawn, minlength=len(names)).astype(float)
        mine, others = (_areas(ranking, weight) for ranking in rankings)
        for name, values in draws.items():
            values.append(mine[name] - others[name])
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    return {name: _percentiles(np.array(values), tails) for name, values in draws.items()}


def _percentiles(values: NDArray[np.float64], tails: list[float]) -> list[float]:
    known = values[np.isfinite(values)]
    return [float(v) for v in np.quantile(known, tails)] if len(known) else [float("nan")] * 2


def _rank_beats(
    anomalous: NDArray[np.bool_], score: NDArray[np.floating], person: NDArray[np.intp]
) -> _Ranking:
    order = np.argsort(-score, kind="stable")
    falling = score[order]
    last = np.flatnonzero(np.append(falling[1:] != falling[:-1], True)[: len(falling)])
    return _Ranking(person[order], anomalous[order], last)


def _outcomes(
    anomalous: NDArray[np.bool_], flagged: NDArray[np.bool_], person: NDArray[np.intp], n: int
) -> NDArray[np.float64]:
    columns = [
        anomalous & flagged, ~anomalous & flagged, ~anomalous & ~flagged, anomalous & ~flagged,
    ]  # fmt: skip
    return np.column_stack([np.bincount(person, c, minlength=n) for c in columns])


def _areas(ranking: _Ranking, weight: NDArray[np.float64]) -> dict[str, float]:
    """Area under the ROC curve and average precision when each person counts `weight` times."""
    beats = weight[ranking.person]
    positive = np.cumsum(np.where(ranking.anomalous, beats, 0.0))[ranking.last]
    flagged = np.cumsum(beats)[ranking.last]
    negative = flagged - positive
    if not len(positive) or not positive[-1] or not negative[-1]:
        return {"auroc": float("nan"), "average_precision": float("nan")}
    hits, alarms = np.diff(positive, prepend=0.0), np.diff(negative, prepend=0.0)
    auroc = hits @ (negative[-1] - negative + alarms / 2) / (positive[-1] * negative[-1])
    precision = positive / np.maximum(flagged, 1.0)
    return {"auroc": float(auroc), "average_precision": float(hits @ precision / positive[-1])}
