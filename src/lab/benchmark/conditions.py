"""One detector under all conditions of a protocol."""

from dataclasses import replace
from typing import Any

from numpy.typing import NDArray

from ecg_anomaly.evaluation.threshold.tuning import Threshold
from lab.benchmark.benchmark_schema import BenchmarkRunConfig
from lab.benchmark.evaluating import Condition, choose_threshold, detail, evaluate
from lab.benchmark.protocol_inputs import Splits
from lab.benchmark.reference import ReferenceBeats
from lab.benchmark.scored import ScoredSplits, attach_unit, cross_fit

Arrays = dict[str, NDArray[Any]]
Row = dict[str, Any]


def cross_fit_units(
    units: list[Arrays], folds: list[Splits], column: str = "score"
) -> ScoredSplits:
    """Attach the units of one detector, one per fold, and join them, see `cross_fit`."""
    pairs = zip(units, folds, strict=True)
    return cross_fit([attach_unit(unit, splits, column) for unit, splits in pairs])


def evaluate_conditions(
    scored: ScoredSplits,
    reference: ReferenceBeats,
    conditions: list[Condition],
    rules: list[str],
    config: BenchmarkRunConfig,
) -> Row:
    """Judge a detector under every condition its sides allow.

    Parameters
    ----------
    scored : ScoredSides
        The detector's word.
    reference : ReferenceBeats
        The truth.
    conditions : list of Condition
        The first one also gets ``detail``: intervals and the table of records.
    rules : list of str
        Rules of the threshold, that of ``detail`` first.
    config : BenchmarkRunConfig
        Thresholds and bootstrap.
    """
    chosen: dict[str, dict[str, Threshold]] = {}
    row: Row = {}
    for condition in conditions:
        if condition.positions not in scored.scores:
            continue
        mapping = condition.escape_beats
        if mapping not in chosen:
            chosen[mapping] = _thresholds(scored, condition, rules, config)
        row[condition.name] = evaluate(scored, reference, condition, chosen[mapping])
    first = conditions[0]
    threshold = chosen[first.escape_beats][rules[0]]
    row["detail"] = detail(scored, reference, first, threshold, config.evaluation)
    return row


def _thresholds(
    scored: ScoredSplits, condition: Condition, rules: list[str], config: BenchmarkRunConfig
) -> dict[str, Threshold]:
    return {
        rule: choose_threshold(scored, condition, replace(config.threshold, kind=rule))
        for rule in rules
    }
