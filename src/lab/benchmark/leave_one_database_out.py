"""Protocol leave_one_database_out: train on all databases of a cohort but one, test on that one.

Every database in turn is one of people, recorders and leads that no network has met. The others
are dealt into folds of subjects as in the inter-patient protocol, so that epoch and threshold are
chosen without the database that is left out.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.cohort import database_of
from ecg_anomaly.records.record import Record
from lab.benchmark.benchmark_schema import BenchmarkRunConfig
from lab.benchmark.conditions import Condition
from lab.benchmark.detector_rows import baseline_rows, detector_row
from lab.benchmark.inter_patient import count_protocol, deal, read_and_describe
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
    for database in databases_of(config):
        inputs = {
            name: bench.prepare(name, describe, partial(leave_out, config, database, number))
            for number in range(config.benchmark.folds)
            for name in [f"without_{database}_{number}"]
        }
        folds = [splits for splits, _ in inputs.values()]
        for name in config.benchmark.detectors:
            units = [
                [bench.train(fold, given, name, seed) for fold, given in inputs.items()]
                for seed in config.benchmark.seeds
            ]
            row = detector_row(name, units, folds, CONDITIONS, config)
            detectors.append({**row, "fold": f"{database} left out"})
        scored = [bench.score_baselines(name, given) for name, given in inputs.items()]
        rows = baseline_rows(scored, folds, CONDITIONS, config)
        baselines += [{**row, "fold": f"{database} left out"} for row in rows]
        counts[database], digest = count_protocol(folds), folds[0].about["data_sha256"]
    return {
        "conditions": [condition.name for condition in CONDITIONS],
        "counts": counts,
        "detectors": detectors,
        "baselines": baselines,
        "data_sha256": {config.dataset.name: digest},
    }


def databases_of(config: BenchmarkRunConfig) -> list[str]:
    """Databases that are left out in turn.

    Raises
    ------
    UserError
        When there is only one.
    """
    databases = config.dataset.databases
    if len(databases) < 2:
        rule = f"{databases}: with one left out none is left"
        raise UserError("dataset.databases", rule, "name two or more")
    return list(databases)


def leave_out(
    config: BenchmarkRunConfig, database: str, number: int, beats: BeatSet
) -> NDArray[np.str_]:
    """Give each beat its split with one database as the test split, audited.

    Parameters
    ----------
    config : BenchmarkRunConfig
        Everything.
    database : str
        The one that is tested on.
    number : int
        The fold of the others, counted from 0, that validates.
    beats : BeatSet
        All beats.

    Raises
    ------
    UserError
        When a subject is also in another database.
    """
    mine = np.array([database_of(name) == database for name in beats.record.tolist()])
    test = sorted(set(beats.subject[mine].tolist()))
    shared = sorted(set(test) & set(beats.subject[~mine].tolist()))
    if shared:
        rule = f"subject {', '.join(shared)} is in {database} and in another database"
        raise UserError("audit subject_in_two_databases", rule, "exclude one of the records")
    split = replace(config.dataset.split, test=test)
    return deal(replace(config, dataset=replace(config.dataset, split=split)), number, beats)
