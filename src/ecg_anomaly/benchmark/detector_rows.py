"""The rows of a protocol's results: one per detector, one per baseline."""

from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from ecg_anomaly.benchmark.judging import Condition, choose_threshold, detail, judge
from ecg_anomaly.benchmark.scored import ScoredSides, attach_unit, join_units
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
    units: list[Arrays],
    sides: Sides,
    conditions: list[Condition],
    config: BenchmarkRunConfig,
) -> Row:
    """Judge one network: each seed, their mean and spread, and the ensemble of all seeds.

    Parameters
    ----------
    name : str
        Key of ``benchmark.detectors``.
    units : list of dict
        From `train_unit`, in the order of ``benchmark.seeds``.
    sides : Sides
        What was scored.
    conditions : list of Condition
        The first one also gets intervals and the table of records.
    config : BenchmarkRunConfig
        Thresholds, bootstrap, seeds.
    """
    detector = config.benchmark.detectors[name]
    rules = list(dict.fromkeys([detector.threshold, LABEL_FREE]))
    judged = [
        _judge_all(attach_unit(unit, sides), sides, conditions, rules, config) for unit in units
    ]
    seeds = [
        {"seed": s, "epochs": int(u["epochs"]), "seconds": float(u["seconds"]), **row}
        for s, u, row in zip(config.benchmark.seeds, units, judged, strict=True)
    ]
    together = attach_unit(join_units(units), sides)
    return {
        "name": name,
        "model": detector.model.kind,
        "threshold": detector.threshold,
        "seeds": seeds,
        "over_seeds": summarise_seeds(judged),
        "ensemble": _judge_all(together, sides, conditions, rules, config),
    }


def baseline_rows(
    arrays: Arrays, sides: Sides, conditions: list[Condition], config: BenchmarkRunConfig
) -> list[Row]:
    """Judge every baseline at the label-free threshold, as the networks are."""
    names = [n.removeprefix("validation.") for n in arrays if n.startswith("validation.")]
    return [
        {
            "name": name,
            **_judge_all(attach_unit(arrays, sides, name), sides, conditions, [LABEL_FREE], config),
        }
        for name in names
    ]


def _judge_all(
    scored: ScoredSides,
    sides: Sides,
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
        row[condition.name] = judge(scored, sides.reference, condition, chosen[mapping])
    first = conditions[0]
    threshold = chosen[first.escape_beats][rules[0]]
    row["detail"] = detail(scored, sides.reference, first, threshold, config.evaluation)
    return row


def _thresholds(
    scored: ScoredSides, condition: Condition, rules: list[str], config: BenchmarkRunConfig
) -> dict[str, Threshold]:
    return {
        rule: choose_threshold(scored, condition, replace(config.threshold, kind=rule))
        for rule in rules
    }
