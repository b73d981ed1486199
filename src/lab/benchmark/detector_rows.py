"""Make the rows of a protocol's results: one per detector, one per baseline."""

from typing import Any

import numpy as np

from ecg_anomaly.evaluation.report.detector_metrics import rounded
from lab.benchmark.benchmark_schema import BenchmarkRunConfig
from lab.benchmark.conditions import Condition, Row, evaluate_conditions
from lab.benchmark.protocol_inputs import Splits
from lab.benchmark.scored import Arrays, cross_fit_units, join_units

#: The rule that every detector is also evaluated by: it reads no label of a disease.
LABEL_FREE = "false_alarm_rate"


def detector_row(
    name: str,
    units: list[list[Arrays]],
    folds: list[Splits],
    conditions: list[Condition],
    config: BenchmarkRunConfig,
) -> Row:
    """Evaluate one network: each seed, their mean and spread, and the ensemble of all seeds.

    Parameters
    ----------
    name : str
        Key of ``benchmark.detectors``.
    units : list of list of dict
        From `train_unit`: for each seed, in the order of ``benchmark.seeds``, one per fold. The
        networks of a seed's folds are one detector, see `cross_fit`.
    folds : list of Splits
        What was scored.
    conditions : list of Condition
        The first one also gets intervals and the table of records.
    config : BenchmarkRunConfig
        Thresholds, bootstrap, seeds.
    """
    detector = config.benchmark.detectors[name]
    rules = list(dict.fromkeys([detector.threshold, LABEL_FREE]))
    reference = folds[0].reference
    evaluated = [
        evaluate_conditions(cross_fit_units(unit, folds), reference, conditions, rules, config)
        for unit in units
    ]
    seeds = [
        {"seed": s, **_effort(unit), **row}
        for s, unit, row in zip(config.benchmark.seeds, units, evaluated, strict=True)
    ]
    joined = [join_units([unit[f] for unit in units]) for f in range(len(folds))]
    return {
        "name": name,
        "model": _kinds(name, config),
        "threshold": detector.threshold,
        "seeds": seeds,
        "over_seeds": summarise_seeds(evaluated),
        "ensemble": evaluate_conditions(
            cross_fit_units(joined, folds), reference, conditions, rules, config
        ),
    }


def fold_row(
    name: str,
    units: list[list[Arrays]],
    folds: list[Splits],
    conditions: list[Condition],
    config: BenchmarkRunConfig,
) -> Row:
    """Evaluate one network of a protocol whose folds test on different beats.

    Parameters
    ----------
    name : str
        Key of ``benchmark.detectors``.
    units : list of list of dict
        For each fold its units by seed; the first fold may have more seeds than the others.
    folds : list of Splits
        One per fold.
    conditions, config
        As in `detector_row`.

    Returns
    -------
    dict
        As `detector_row`, but ``over_seeds`` is over the folds with the first seed.
    """
    row = detector_row(name, [[unit] for unit in units[0]], folds[:1], conditions, config)
    rules = list(dict.fromkeys([row["threshold"], LABEL_FREE]))
    rows = [
        evaluate_conditions(
            cross_fit_units(unit[:1], [fold]), fold.reference, conditions, rules, config
        )
        for unit, fold in zip(units, folds, strict=True)
    ]
    efforts = [{"fold": number, **_effort(unit[:1])} for number, unit in enumerate(units)]
    each = [{**effort, **evaluated} for effort, evaluated in zip(efforts, rows, strict=True)]
    return {
        **row,
        "over": f"{len(folds)} folds",
        "folds": each,
        "over_seeds": summarise_seeds(rows),
    }


def baseline_rows(
    units: list[Arrays],
    folds: list[Splits],
    conditions: list[Condition],
    config: BenchmarkRunConfig,
) -> list[Row]:
    """Evaluate every baseline at the label-free threshold, as the networks are."""
    names = [n.removeprefix("validation.") for n in units[0] if n.startswith("validation.")]
    rows = []
    for name in names:
        scored = cross_fit_units(units, folds, name)
        row = evaluate_conditions(scored, folds[0].reference, conditions, [LABEL_FREE], config)
        rows.append({"name": name, **row})
    return rows


def _kinds(name: str, config: BenchmarkRunConfig) -> str:
    detector = config.benchmark.detectors[name]
    if detector.average_of:
        return " + ".join(_kinds(n, config) for n in detector.average_of)
    return detector.trained[0].kind


def _effort(units: list[Arrays]) -> Row:
    return {
        "epochs": [int(unit["epochs"]) for unit in units],
        "training_seconds": [float(unit["seconds"]) for unit in units],
    }


def summarise_seeds(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Summarise results of one shape, number by number.

    Parameters
    ----------
    rows : list of dict
        One per seed; nested dictionaries of numbers. What is no number in all of them is left out.

    Returns
    -------
    dict
        The same nesting; each number becomes ``{"mean", "sd"}``, the standard deviation with one
        degree of freedom less than seeds, None for a single seed.
    """
    summary: dict[str, Any] = {}
    for key in rows[0]:
        values = [row.get(key) for row in rows]
        if all(isinstance(v, dict) for v in values):
            nested = summarise_seeds([v for v in values if isinstance(v, dict)])
            summary |= {key: nested} if nested else {}
        elif all(isinstance(v, int | float) for v in values):
            numbers = np.array(values, dtype=float)
            sd = rounded(float(numbers.std(ddof=1))) if len(numbers) > 1 else None
            summary[key] = {"mean": rounded(float(numbers.mean())), "sd": sd}
    return summary
