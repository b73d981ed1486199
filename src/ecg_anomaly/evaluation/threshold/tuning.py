"""Choose the decision threshold with Optuna on validation scores.

``false_alarm_rate`` uses normal beats only. The quantile at the stated rate would be right for the
same subjects, but gives new subjects more false alarms when subjects differ. So the study searches
the quantile level at which validation subjects, each left out in turn, have the stated false alarm
rate on average. A single subject half of whose normal beats look abnormal to the detector would
raise the threshold of a small cohort above nearly every abnormal beat of the others. So one subject
counts for at most the share `MOST_OF_A_SUBJECT` of the false alarms allowed to all together.

``best_f1`` uses labelled beats and searches the quantile of their scores with the largest F1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import optuna
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import ThresholdConfig
from ecg_anomaly.evaluation.metrics.decision_metrics import compute_rates, count_decisions
from ecg_anomaly.evaluation.threshold.thresholds import decide, tabulate_scores, threshold_for_level
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.beat_scores import BeatScores

#: Largest share of all allowed false alarms that is counted for one subject.
MOST_OF_A_SUBJECT = 0.25


@dataclass(frozen=True)
class Threshold:
    """A threshold and how it was chosen.

    Attributes
    ----------
    value : float
        Beats that score more are flagged.
    kind : str
        Rule by which it was chosen.
    stated_false_alarm_rate : float or None
        The false alarm rate that was asked for; None for ``best_f1``.
    validation_false_alarm_rate : float
        Share of normal validation beats above it.
    trials : list of dict
        Trials of the study, in order: ``level``, the quantile level that was tried (of the scores
        of normal beats; of all labelled beats for ``best_f1``), and ``value``, its objective.
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
        Scores of the validation split.
    config : ThresholdConfig
        Rule, rate, number of trials, seed.

    Raises
    ------
    UserError
        When there is no normal beat, or for ``best_f1`` no labelled abnormal beat.
    """
    normal = scores.select(scores.presumed_normal)
    table = tabulate_scores(normal.score)
    if config.kind == "best_f1":
        known = _labelled(scores)
        study = _search("level", _f1_objective(known), _all_levels(known), config, "maximize")
        value, stated = float(np.quantile(known.score, study.best_params["level"])), None
    else:
        stated = config.false_alarm_rate
        study = _search("level", _rate_objective(normal, stated), _level_range(stated), config)
        value = threshold_for_level(table, study.best_params["level"])
    return Threshold(
        value=float(value),
        kind=config.kind,
        stated_false_alarm_rate=stated,
        validation_false_alarm_rate=float(decide(normal.score, value).mean()),
        trials=[{**t.params, "value": float(t.value or 0.0)} for t in study.trials],
    )


def _labelled(scores: BeatScores) -> BeatScores:
    known = scores.select(scores.labelled)
    if not known.anomalous.any():
        rule = "best_f1 needs labelled abnormal validation beats, and there are none"
        raise UserError("threshold.kind", rule, "use threshold=false_alarm_rate")
    return known


def _search(
    name: str,
    objective: Callable[[float], float],
    span: tuple[float, float, float],
    config: ThresholdConfig,
    direction: Literal["minimize", "maximize"] = "minimize",
) -> optuna.Study:
    """Search one number; `span` holds its two limits and the value that is tried first."""
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    low, high, first = span
    sampler = optuna.samplers.TPESampler(seed=config.seed)
    study = optuna.create_study(direction=direction, sampler=sampler, study_name=f"{config.kind}")
    study.enqueue_trial({name: first})
    study.optimize(lambda t: objective(t.suggest_float(name, low, high)), config.n_trials)
    return study


def _level_range(stated: float) -> tuple[float, float, float]:
    return max(0.0, 1 - 4 * stated), 1 - stated / 4, 1 - stated


def _all_levels(known: BeatScores) -> tuple[float, float, float]:
    """Return the span of all levels; the first one flags as many beats as are abnormal.

    Levels are searched and not scores, because a few extreme scores would make the range of scores
    so wide that few trials would hit the part that matters.
    """
    return 0.0, 1.0, float(1 - known.anomalous.mean())


def _rate_objective(normal: BeatScores, stated: float) -> Callable[[float], float]:
    """Make the objective: how far the mean false alarm rate of subjects left out is from `stated`.

    The rate of each subject is limited, see `MOST_OF_A_SUBJECT`.
    """
    rows = [normal.subject == name for name in np.unique(normal.subject)]
    if len(rows) < 2:
        rows = [np.ones(len(normal.score), dtype=bool)]
        tables = [tabulate_scores(normal.score)]
    else:
        tables = [tabulate_scores(normal.score[~own]) for own in rows]
    most = MOST_OF_A_SUBJECT * stated * len(rows) if len(rows) > 1 else 1.0

    def miss(level: float) -> float:
        rates = [
            min(_share_above(normal.score[own], threshold_for_level(table, level)), most)
            for own, table in zip(rows, tables, strict=True)
        ]
        return abs(float(np.mean(rates)) - stated)

    return miss


def _f1_objective(known: BeatScores) -> Callable[[float], float]:
    def f1(level: float) -> float:
        flagged = decide(known.score, float(np.quantile(known.score, level)))
        return compute_rates(count_decisions(known.anomalous, flagged))["f1"]

    return f1


def _share_above(score: NDArray[np.float64], threshold: float) -> float:
    return float(decide(score, threshold).mean())
