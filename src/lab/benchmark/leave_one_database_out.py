"""Leave one database of a cohort out, or a part of its subjects: train on the others, test on it.

Protocol leave_one_database_out: every database is left out in turn, whose subjects, recorders and
leads are then new to the networks. Protocol cross_validated: the subjects of a database are split
into parts, each of which is left out in turn; subjects are then new, the recorder is not. All other
subjects are split into folds as in the inter-patient protocol, so that epoch and threshold are
chosen without those who are left out.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.splits.subject_folds import assign_folds
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.cohort import database_of
from ecg_anomaly.records.record import Record
from lab.benchmark.benchmark_schema import BenchmarkRunConfig
from lab.benchmark.conditions import Condition
from lab.benchmark.detector_rows import baseline_rows, detector_row
from lab.benchmark.inter_patient import (
    assign_splits,
    count_protocol,
    read_and_describe,
    train_folds,
)
from lab.benchmark.workbench import Workbench

#: Reference positions tell the network apart from the R peaks; the other is what a user gets.
CONDITIONS = [
    Condition("reference_positions"),
    Condition("detected_r_peaks", positions="detected"),
]


def run_leave_one_database_out(bench: Workbench, records: Iterable[Record]) -> dict[str, Any]:
    """Run the protocol.

    Parameters
    ----------
    bench : Workbench
        Configuration, cache and log.
    records : iterable of Record
        Of all databases, named as `ecg_anomaly.records.cohort.Cohort` names them; read only when
        the inputs are not kept from an earlier run.

    Returns
    -------
    dict
        Counts, detectors and baselines for each database left out, digest of the data.
    """
    config = bench.config
    describe = cache(lambda: read_and_describe(records, config))
    detectors: list[dict[str, Any]] = []
    baselines: list[dict[str, Any]] = []
    counts, digest = {}, ""
    for test in list_test_sets(config):
        inputs = {
            name: bench.prepare(name, describe, partial(assign_left_out, config, test, number))
            for number in range(config.benchmark.folds)
            for name in [f"without_{'_'.join(map(str, test[:2]))}_{number}"]
        }
        folds = [splits for splits, _ in inputs.values()]
        for name in config.benchmark.detectors:
            units = train_folds(bench, inputs, name)
            row = detector_row(name, units, folds, CONDITIONS, config)
            detectors.append({**row, "fold": f"{describe_test_set(test)} left out"})
        scored = [bench.score_baselines(name, given) for name, given in inputs.items()]
        rows = baseline_rows(scored, folds, CONDITIONS, config)
        baselines += [{**row, "fold": f"{describe_test_set(test)} left out"} for row in rows]
        counts[describe_test_set(test)], digest = (
            count_protocol(folds),
            folds[0].about["data_sha256"],
        )
    return {
        "conditions": [condition.name for condition in CONDITIONS],
        "counts": counts,
        "detectors": detectors,
        "baselines": baselines,
        "data_sha256": {config.dataset.name: digest},
    }


class SubjectsOf(NamedTuple):
    """Some subjects of a database: one of the parts, counted from 0, that they are split into."""

    database: str
    part: int
    n_parts: int


def list_test_sets(config: BenchmarkRunConfig) -> list[SubjectsOf]:
    """Whose beats are tested on in turn.

    Raises
    ------
    UserError
        When the cohort has one database only.
    """
    databases, n_parts = config.dataset.databases, config.benchmark.parts
    if len(databases) < 2:
        rule = f"{databases}: with one left out none is left"
        raise UserError("dataset.databases", rule, "name two or more")
    tested = config.benchmark.parts_of or databases
    return [SubjectsOf(name, part, n_parts) for name in tested for part in range(n_parts)]


def describe_test_set(test: SubjectsOf) -> str:
    """Name whose beats are tested on."""
    part = f", part {test.part + 1} of {test.n_parts}," if test.n_parts > 1 else ""
    return f"{test.database}{part}"


def assign_left_out(
    config: BenchmarkRunConfig, test: SubjectsOf, number: int, beats: BeatSet
) -> NDArray[np.str_]:
    """Give each beat its split with some subjects of one database as the test split, audited.

    Parameters
    ----------
    config : BenchmarkRunConfig
        Everything.
    test : SubjectsOf
        Those who are tested on.
    number : int
        The fold of the others, counted from 0, that validates.
    beats : BeatSet
        All beats.

    Raises
    ------
    UserError
        When a subject is also in another database.
    """
    mine = np.array([database_of(name) == test.database for name in beats.record.tolist()])
    subjects = sorted(set(beats.subject[mine].tolist()))
    shared = sorted(set(subjects) & set(beats.subject[~mine].tolist()))
    if shared:
        rule = f"subject {', '.join(shared)} is in {test.database} and in another database"
        raise UserError("audit subject_in_two_databases", rule, "exclude one of the records")
    if test.n_parts > 1:
        parts = assign_folds(beats.subject[mine], beats.anomalous[mine], test.n_parts)
        subjects = parts[test.part]
    split = replace(config.dataset.split, test=subjects)
    return assign_splits(
        replace(config, dataset=replace(config.dataset, split=split)), number, beats
    )
