"""Tune the threshold with Optuna on validation scores.

``false_alarm_rate`` looks at normal beats only. The quantile at the stated rate would be right for
the same people; for new people it is too optimistic when people differ. So the study searches the
quantile level at which each validation subject, left out in turn, raises the stated share of
false alarms on average.

``best_f1`` looks at labelled beats and maximises F1.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import optuna
from numpy.typing import NDArray

from ecg_anomaly.config.schema import ThresholdConfig
from ecg_anomaly.errors import UserError
from ecg_anomaly.metrics.decisions import compute_rates, count_decisions
from ecg_anomaly.scoring.beat_scores import BeatScores
from ecg_anomaly.threshold.normal_scores import tabulate_scores, threshold_for_level


@dataclass(frozen=True)
class Threshold:
    """A threshold and where it comes from.

    Attributes
    ----------
    value : float
        Beats that score more are flagged.
    kind : str
        Rule by which it was chosen.
    stated_false_alarm_rate : float or None
        What was asked for.
    validation_false_alarm_rate : float
        Share of normal validation beats above it.
    trials : list of dict
        What the study tried, in order: level or threshold, and value.
    """

    value: float
    kind: str
    stated_false_alarm_rate: float | None
    validation_false_alarm_rate: float
    trials: list[dict[str, float]]


def tune_threshold(scores: BeatScores, config: ThresholdConfig) -> Threshold:
    """Choose the threshold.

    Parameters
    ----------
    scores : BeatScores
        Of the validation side.
    config : ThresholdConfig
        Rule, rate, number of trials, seed.

    Raises
    ------
    UserError
        When there is no normal beat, or ``best_f1`` has no labels to go by.
    """
    normal = scores.select(scores.presumed_normal)
    table = tabulate_scores(normal.score)
    if config.kind == "best_f1":
        study = _search(
            "threshold", _f1_objective(scores), _score_range(scores), config, "maximize"
        )
        value, stated = study.best_params["threshold"], None
    else:
        stated = config.false_alarm_rate
        study = _search("level", _rate_objective(normal, stated), _level_range(stated), config)
        value = threshold_for_level(table, study.best_params["level"])
    return Threshold(
        value=float(value),
        kind=config.kind,
        stated_false_alarm_rate=stated,
        validation_false_alarm_rate=float((normal.score > value).mean()),
        trials=[{**t.params, "value": float(t.value or 0.0)} for t in study.trials],
    )


def _search(
    name: str,
    objective: Callable[[float], float],
    span: tuple[float, float, float],
    config: ThresholdConfig,
    direction: str = "minimize",
) -> optuna.Study:
    """Search one number; the first trial is the obvious choice."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    low, high, first = span
    sampler = optuna.samplers.TPESampler(seed=config.seed)
    study = optuna.create_study(direction=direction, sampler=sampler, study_name=f"{config.kind}")
    study.enqueue_trial({name: first})
    study.optimize(lambda t: objective(t.suggest_float(name, low, high)), config.n_trials)
    return study


def _level_range(stated: float) -> tuple[float, float, float]:
    return max(0.0, 1 - 4 * stated), 1 - stated / 4, 1 - stated


def _score_range(scores: BeatScores) -> tuple[float, float, float]:
    low, median, high = np.quantile(scores.score, [0.0, 0.5, 1.0])
    return float(low), float(high), float(median)


def _rate_objective(normal: BeatScores, stated: float) -> Callable[[float], float]:
    """Distance of the left-out subjects' mean false-alarm rate from the stated one."""
    people = [normal.subject == name for name in np.unique(normal.subject)]
    if len(people) < 2:
        people = [np.ones(len(normal.score), dtype=bool)]
        tables = [tabulate_scores(normal.score)]
    else:
        tables = [tabulate_scores(normal.score[~mine]) for mine in people]

    def miss(level: float) -> float:
        rates = [
            _share_above(normal.score[mine], threshold_for_level(table, level))
            for mine, table in zip(people, tables, strict=True)
        ]
        return abs(float(np.mean(rates)) - stated)

    return miss


def _f1_objective(scores: BeatScores) -> Callable[[float], float]:
    known = scores.select(scores.labelled)
    if not known.anomalous.any():
        rule = "best_f1 needs labelled abnormal validation beats, there are none"
        raise UserError("threshold.kind", rule, "use threshold=false_alarm_rate")

    def f1(threshold: float) -> float:
        return compute_rates(count_decisions(known.anomalous, known.score > threshold))["f1"]

    return f1


def _share_above(score: NDArray[np.float64], threshold: float) -> float:
    return float((score > threshold).mean())
