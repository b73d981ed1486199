"""Protocol ecg5000: each official half trains once and tests once.

Beats of one patient that came already cut out: metrics say how well this patient's beats are told
apart, nothing of other subjects.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.splits.by_subject import split_beats
from ecg_anomaly.beats.splits.split_audit import find_duplicated_beats
from ecg_anomaly.config.pipeline_schema import DatasetConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Record
from lab.benchmark.conditions import Condition
from lab.benchmark.detector_rows import baseline_rows, detector_row
from lab.benchmark.inter_patient import count_protocol
from lab.benchmark.protocol_beats import describe_protocol, read_protocol_beats
from lab.benchmark.workbench import Workbench

#: Name of each direction and the half that tests.
FOLDS = {"official": "test", "reversed": "train"}

CONDITIONS = [Condition("reference_positions")]


def run_ecg5000(bench: Workbench, records: Iterable[Record]) -> dict[str, Any]:
    """Run the protocol both ways round.

    Parameters
    ----------
    bench : Workbench
        Configuration, cache and log.
    records : iterable of Record
        The two halves.

    Returns
    -------
    dict
        As `run_inter_patient`; every row names its ``fold``, and ``counts`` holds one entry each.
    """
    config = bench.config
    describe = cache(
        lambda: describe_protocol(
            read_protocol_beats(records, config.dataset, config.preprocess), config
        )
    )
    results: dict[str, Any] = {"counts": {}, "detectors": [], "baselines": []}
    for fold, half in FOLDS.items():
        inputs = bench.prepare(fold, describe, partial(split_halves, config.dataset, half))
        sides = inputs[0]
        for name in config.benchmark.detectors:
            units = [[bench.train(fold, inputs, name, seed)] for seed in config.benchmark.seeds]
            row = detector_row(name, units, [sides], CONDITIONS, config)
            results["detectors"].append({"fold": fold, **row})
        scored = bench.score_baselines(fold, inputs)
        rows = baseline_rows([scored], [sides], CONDITIONS, config)
        results["baselines"] += [{"fold": fold, **row} for row in rows]
        results["counts"][fold] = count_protocol([sides])
        results["data_sha256"] = {config.dataset.name: sides.about["data_sha256"]}
    return results


def split_halves(dataset: DatasetConfig, half: str, beats: BeatSet) -> NDArray[np.str_]:
    """Let one half test; beats of the other are drawn for validation.

    Raises
    ------
    UserError
        When the half is not in the data set, or equal beats stand on two splits.
    """
    named = replace(dataset, split=replace(dataset.split, test=[half]))
    split = split_beats(beats, named)
    finding = find_duplicated_beats(beats.with_split(split).select(beats.readable))
    if finding:
        raise UserError("audit duplicated_beat", finding, "restore the files")
    return split
