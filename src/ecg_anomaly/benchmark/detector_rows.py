"""The rows of a protocol's results: one per detector, one per baseline."""

from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from ecg_anomaly.benchmark.judging import Condition, choose_threshold, detail, judge
from ecg_anomaly.benchmark.reference import ReferenceBeats
from ecg_anomaly.benchmark.scored import ScoredSides, attach_unit, cross_fit, join_units
from ecg_anomaly.benchmark.seeds import summarise_seeds
from ecg_anomaly.benchmark.sides import Sides
from ecg_anomaly.config.benchmark_schema import BenchmarkRunConfig
from ecg_anomaly.threshold.tuning import Threshold

#: The rule that every detector is also judged by: it reads no label of a disease.
LABEL_FREE = "false_alarm_rate"

Arrays = dict[str, NDArray[Any]]
Row = dict[str, Any]


def detector_row(
    name: str,
    units: list[list[Arrays]],
    folds: list[Sides],
    conditions: list[Condition],
    config: BenchmarkRunConfig,
) -> Row:
    """Judge one network: each seed, their mean and spread, and the ensemble of all seeds.

    Parameters
    ----------
    name : str
        Key of ``benchmark.detectors``.
    units : list of list of dict
        From `train_unit`: for each seed, in the order of ``benchmark.seeds``, one per fold. The
        networks of a seed's folds are one detector, see `cross_fit`.
    folds : list of Sides
        What was scored.
    conditions : list of Condition
        The first one also gets intervals and the table of records.
    config : BenchmarkRunConfig
        Thresholds, bootstrap, seeds.
    """
    detector = config.benchmark.detectors[name]
    rules = list(dict.fromkeys([detector.threshold, LABEL_FREE]))
    reference = folds[0].reference
    judged = [
        _judge_all(_cross_fit(unit, folds), reference, conditions, rules, config) for unit in units
    ]
    seeds = [
        {"seed": s, **_effort(unit), **row}
        for s, unit, row in zip(config.benchmark.seeds, units, judged, strict=True)
    ]
    joined = [join_units([unit[f] for unit in units]) for f in range(len(folds))]
    return {
        "name": name,
        "model": detector.model.kind,
        "threshold": detector.threshold,
        "seeds": seeds,
        "over_seeds": summarise_seeds(judged),
        "ensemble": _judge_all(_cross_fit(joined, folds), reference, conditions, rules, config),
    }


def baseline_rows(
    units: list[Arrays], folds: list[Sides], conditions: list[Condition], config: BenchmarkRunConfig
) -> list[Row]:
    """Judge every baseline at the label-free threshold, as the networks are."""
    names = [n.removeprefix("validation.") for n in units[0] if n.startswith("validation.")]
    rows = []
    for name in names:
        scored = _cross_fit(units, folds, name)
        row = _judge_all(scored, folds[0].reference, conditions, [LABEL_FREE], config)
        rows.append({"name": name, **row})
    return rows


def _cross_fit(units: list[Arrays], folds: list[Sides], column: str = "score") -> ScoredSides:
    pairs = zip(units, folds, strict=True)
    return cross_fit([attach_unit(unit, sides, column) for unit, sides in pairs])


def _effort(units: list[Arrays]) -> Row:
    return {
        "epochs": [int(unit["epochs"]) for unit in units],
        "training_seconds": [float(unit["seconds"]) for unit in units],
    }


def _judge_all(
    scored: ScoredSides,
    reference: ReferenceBeats,
    conditions: list[Condition],
    rules: list[str],
    config: BenchmarkRunConfig,
) -> Row:
    chosen: dict[str, dict[str, Threshold]] = {}
    row: Row = {}
    for condition in conditions:
        if condition.positions not in scored.scores:
            continue
        mapping = condition.escape_beats
        if mapping not in chosen:
            chosen[mapping] = _thresholds(scored, condition, rules, config)
        row[condition.name] = judge(scored, reference, condition, chosen[mapping])
    first = conditions[0]
    threshold = chosen[first.escape_beats][rules[0]]
    row["detail"] = detail(scored, reference, first, threshold, config.evaluation)
    return row


def _thresholds(
    scored: ScoredSides, condition: Condition, rules: list[str], config: BenchmarkRunConfig
) -> dict[str, Threshold]:
    return {
        rule: choose_threshold(scored, condition, replace(config.threshold, kind=rule))
        for rule in rules
    }
