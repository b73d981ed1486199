"""Protocol inter_patient: subjects of DS1 train and choose, subjects of DS2 test.

de Chazal, O'Dwyer, Reilly 2004 (IEEE TBME 51(7):1196-1206).
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.splits.by_subject import split_beats
from ecg_anomaly.beats.splits.split_audit import audit_split
from ecg_anomaly.beats.splits.subject_folds import assign_folds
from ecg_anomaly.files.progress import track
from ecg_anomaly.records.beat_labels import AAMI_CLASSES, aami_class
from ecg_anomaly.records.cohort import database_of
from ecg_anomaly.records.record import Record
from lab.benchmark.benchmark_schema import BenchmarkRunConfig
from lab.benchmark.conditions import Condition
from lab.benchmark.detector_rows import baseline_rows, detector_row
from lab.benchmark.protocol_beats import DescribedBeats, describe_protocol, read_protocol_beats
from lab.benchmark.protocol_inputs import Splits
from lab.benchmark.reference import ReferenceBeats
from lab.benchmark.result_cache import Arrays
from lab.benchmark.scored import average_units
from lab.benchmark.workbench import Workbench


def run_inter_patient(bench: Workbench, records: Iterable[Record]) -> dict[str, Any]:
    """Run the protocol.

    Parameters
    ----------
    bench : Workbench
        Configuration, cache and log.
    records : iterable of Record
        Both groups of subjects; read only when the inputs are not kept from an earlier run.

    Returns
    -------
    dict
        Counts, detectors (seeds, mean and sd, ensemble), baselines, digest of the data.
    """
    config = bench.config
    inputs = prepare_folds(bench, records)
    folds = [sides for sides, _ in inputs.values()]
    conditions = list_conditions(config.benchmark.without, folds[0].reference)
    trained: dict[str, list[list[Arrays]]] = {}
    detectors = []
    for name, detector in config.benchmark.detectors.items():
        if detector.average_of:
            trained[name] = average_units([trained[other] for other in detector.average_of])
        else:
            trained[name] = train_folds(bench, inputs, name)
        bench.say(f"{name}: evaluating")
        detectors.append(detector_row(name, trained[name], folds, conditions, config))
    baselines = [bench.score_baselines(f, i) for f, i in inputs.items()]
    return {
        "counts": count_protocol(folds),
        "detectors": detectors,
        "baselines": baseline_rows(baselines, folds, conditions, config),
        "data_sha256": {config.dataset.name: folds[0].about["data_sha256"]},
    }


def prepare_folds(bench: Workbench, records: Iterable[Record]) -> dict[str, tuple[Splits, str]]:
    """Prepare the inputs of every fold of subjects; recordings are read once, or not at all."""
    config = bench.config
    describe = cache(lambda: read_and_describe(records, config))
    return {
        f"fold_{number}": bench.prepare(
            f"fold_{number}", describe, partial(assign_splits, config, number)
        )
        for number in range(config.benchmark.folds)
    }


def train_folds(
    bench: Workbench, inputs: dict[str, tuple[Splits, str]], name: str
) -> list[list[Arrays]]:
    """Train one detector: for each seed a unit per fold."""
    seeds = bench.config.benchmark.seeds
    return [
        [bench.train(f, given, name, seed, n) for n, (f, given) in enumerate(inputs.items())]
        for seed in seeds
    ]


def read_and_describe(records: Iterable[Record], config: BenchmarkRunConfig) -> DescribedBeats:
    """Read all records and describe their beats: the long part, the same for every fold."""
    copies = config.training.noisy_copies
    beats = read_protocol_beats(
        track(records, "read records"), config.dataset, config.preprocess, copies
    )
    return describe_protocol(beats, config)


def assign_splits(config: BenchmarkRunConfig, number: int, beats: BeatSet) -> NDArray[np.str_]:
    """Give each beat its split in one fold, audited.

    Parameters
    ----------
    config : BenchmarkRunConfig
        With one fold the pipeline's own split.
    number : int
        The group of subjects, counted from 0, that validates.
    beats : BeatSet
        All beats.
    """
    dataset, preprocess = config.dataset, config.preprocess
    split = split_beats(beats, dataset)
    if config.benchmark.folds > 1:
        known = beats.select(split != "test")
        database = np.array([database_of(name) for name in known.record.tolist()])
        folds = assign_folds(known.subject, known.anomalous, config.benchmark.folds, database)
        named = replace(
            dataset.split, test=_subjects(beats, split == "test"), validation=folds[number]
        )
        split = split_beats(beats, replace(dataset, split=named))
    window_s = BeatWindow.from_config(preprocess).duration_s
    audit_split(beats.with_split(split), dataset.split.unit, window_s)
    return split


def list_conditions(without: list[str], reference: ReferenceBeats) -> list[Condition]:
    """List the conditions every detector is evaluated under, the one of the headline first."""
    present = [name for name in without if name in set(reference.record.tolist())]
    return [
        Condition("reference_positions"),
        Condition("detected_r_peaks", positions="detected"),
        Condition("escape_beats_normal", escape_beats="N"),
        *(Condition(f"without_{name}", without=name) for name in present),
    ]


def count_protocol(folds: list[Splits]) -> dict[str, Any]:
    """Count who stands where, and the test split's beats of each class by both mappings."""
    reference = folds[0].reference
    sides = [fold.about["sides"] for fold in folds]
    counts: dict[str, Any] = {"test_beats": len(reference.sample), "folds": sides}
    for escape_beats in ("S", "N"):
        aami = aami_class(reference.symbol, escape_beats)
        classes = {name: int(np.sum(aami == name)) for name in AAMI_CLASSES}
        counts[f"test_classes_escape_beats_{escape_beats}"] = classes
    return counts


def _subjects(beats: BeatSet, rows: NDArray[np.bool_]) -> list[str]:
    return sorted(set(beats.subject[rows].tolist()))
