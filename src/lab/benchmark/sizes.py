"""How large a network has to be, asked of the people who train: a default may be chosen by it.

Every person is judged by the networks that were not trained on his group. His group has said which
epoch was best, of every variant alike; nobody of the test side is looked at.
"""

from collections.abc import Iterable
from typing import Any

from ecg_anomaly.evaluation.report.detector_metrics import mean_over_records, record_rows
from ecg_anomaly.records.record import Record
from lab.benchmark.conditions import cross_fit_units
from lab.benchmark.inter_patient import prepare_folds, train_folds
from lab.benchmark.protocol_inputs import Splits
from lab.benchmark.scored import join_units
from lab.benchmark.seeds import summarise_seeds
from lab.benchmark.variants import add_variants, rank
from lab.benchmark.workbench import Arrays, Workbench


def run_sizes(bench: Workbench, records: Iterable[Record]) -> dict[str, Any]:
    """Train every variant and judge it by the people left out in turn.

    Parameters
    ----------
    bench : Workbench
        Configuration, cache and log.
    records : iterable of Record
        As for the inter-patient protocol, whose trainings of the full detector are these.

    Returns
    -------
    dict
        ``sizes``: for each variant its name, figures of one network (mean and sd over seeds) and
        of all seeds together; the digest of the data.
    """
    full = next(iter(bench.config.benchmark.detectors))
    config = bench.config = add_variants(bench.config, full)
    inputs = prepare_folds(bench, records)
    folds = [splits for splits, _ in inputs.values()]
    rows = []
    for name in config.benchmark.detectors:
        seeds = train_folds(bench, inputs, name)
        joined = [join_units(list(fold)) for fold in zip(*seeds, strict=True)]
        alone = [evaluate_left_out(units, folds) for units in seeds]
        together = evaluate_left_out(joined, folds)
        rows.append({"name": name, "over_seeds": summarise_seeds(alone), "together": together})
    return {"sizes": rows, "data_sha256": {config.dataset.name: folds[0].about["data_sha256"]}}


def evaluate_left_out(units: list[Arrays], folds: list[Splits]) -> dict[str, float | None]:
    """Judge one network per fold by the labelled beats of the people who validated it."""
    scores = cross_fit_units(units, folds).scores["validation"]
    scores = scores.select(scores.labelled)
    by_record = mean_over_records(record_rows(scores, 0.0))
    return {**rank(scores), "auroc_of_records": by_record["auroc"]}
