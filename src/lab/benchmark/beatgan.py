"""Protocol beatgan: normal beats of all subjects pooled in folds, abnormal ones tested in each.

Zhou, Liu, Hooi, Cheng, Ye 2019 (IJCAI, BeatGAN), after its public code. The protocol gives the
beats and their sides. The detector keeps its own filters, window and look at the minutes before.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_positions import match_beats
from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.files.progress import track
from ecg_anomaly.records.record import Record
from lab.benchmark.benchmark_schema import BenchmarkRunConfig
from lab.benchmark.conditions import Condition
from lab.benchmark.detector_rows import baseline_rows, fold_row, summarise_seeds
from lab.benchmark.inter_patient import count_protocol
from lab.benchmark.protocol_beats import (
    DescribedBeats,
    ProtocolBeats,
    describe_protocol,
    read_protocol_beats,
)
from lab.benchmark.workbench import Workbench

#: Codes that the protocol calls normal and abnormal; other beats take no part.
NORMAL, ABNORMAL = tuple("NLR"), tuple("aJASjeVEF/fQ")

#: A normal beat counts when a detected R peak lies within so many seconds: 10 samples at 360 Hz.
NEAR_S = 10 / 360

#: Share of the abnormal beats that goes to a validation split, which this detector does not read;
#: share of the training normals that stands aside for epoch and threshold.
ABNORMAL_ASIDE, NORMAL_ASIDE = 0.1, 0.1

CONDITIONS = [Condition("reference_positions")]


def run_beatgan(bench: Workbench, records: Iterable[Record]) -> dict[str, Any]:
    """Run the protocol: every fold with the first seed, the first fold with all seeds.

    Parameters
    ----------
    bench : Workbench
        Configuration, cache and log.
    records : iterable of Record
        All records; excluded ones take no part.

    Returns
    -------
    dict
        As `run_inter_patient`. ``over_seeds`` is over the folds, ``ensemble`` is that of the
        seeds of the first fold.
    """
    config, seeds = bench.config, bench.config.benchmark.seeds
    describe = cache(lambda: read_and_describe(records, config))
    inputs = {
        f"pooled_{number}": bench.prepare(
            f"pooled_{number}", describe, partial(assign_pooled_splits, config, number)
        )
        for number in range(config.benchmark.folds)
    }
    splits = [fold for fold, _ in inputs.values()]
    detectors = []
    for name in config.benchmark.detectors:
        units = [[bench.train(fold, given, name, seeds[0])] for fold, given in inputs.items()]
        first = next(iter(inputs))
        units[0] += [bench.train(first, inputs[first], name, seed) for seed in seeds[1:]]
        detectors.append(fold_row(name, units, splits, CONDITIONS, config))
    scored = [bench.score_baselines(fold, given) for fold, given in inputs.items()]
    each = [
        baseline_rows([arrays], [fold], CONDITIONS, config)
        for arrays, fold in zip(scored, splits, strict=True)
    ]
    baselines = [
        {"name": rows[0]["name"], **summarise_seeds(list(rows))} for rows in zip(*each, strict=True)
    ]
    return {
        "counts": {**count_protocol(splits[:1]), "patient_disjoint": False},
        "detectors": detectors,
        "baselines": baselines,
        "data_sha256": {config.dataset.name: splits[0].about["data_sha256"]},
    }


def read_and_describe(records: Iterable[Record], config: BenchmarkRunConfig) -> DescribedBeats:
    """Read all records, mark the beats that take no part, and describe the others."""
    beats = read_protocol_beats(track(records, "read records"), config.dataset, config.preprocess)
    return describe_protocol(mark_left_out(beats, config.preprocess.match_tolerance_s), config)


def mark_left_out(beats: ProtocolBeats, tolerance_s: float) -> ProtocolBeats:
    """Mark as unreadable the beats that the protocol leaves out, and drop the detected ones.

    Parameters
    ----------
    beats : ProtocolBeats
        With detected beats.
    tolerance_s : float
        What ``beats.tolerance`` is in seconds; it tells the sampling rate of each beat.
    """
    whole, found = beats.reference, np.zeros(len(beats.reference), dtype=bool)
    for name in np.unique(whole.record):
        mine = np.flatnonzero(whole.record == name)
        assert beats.detected is not None
        peaks = beats.detected.sample[beats.detected.record == name]
        reach = beats.tolerance[mine[0]] / tolerance_s * NEAR_S
        pair = match_beats(whole.sample[mine], peaks, reach)
        found[mine[pair[pair >= 0]]] = True
    normal, abnormal = np.isin(whole.symbol, NORMAL), np.isin(whole.symbol, ABNORMAL)
    unreadable = whole.unreadable.copy()
    unreadable[normal & ~found] = "no R peak found"
    unreadable[~normal & ~abnormal] = "not in protocol"
    return replace(beats, reference=replace(whole, unreadable=unreadable), detected=None)


def assign_pooled_splits(
    config: BenchmarkRunConfig, number: int, beats: BeatSet
) -> NDArray[np.str_]:
    """Give each beat its split in one fold.

    Parameters
    ----------
    config : BenchmarkRunConfig
        Number of folds, seed of the shuffle.
    number : int
        The fold, counted from 0.
    beats : BeatSet
        All beats, those that take no part unreadable.

    Returns
    -------
    (n,) str
        Normal beats: a fold's share tests, a tenth of the rest validates, the others train.
        Abnormal beats: nine tenths test, the others have no split.
    """
    rng = np.random.default_rng([config.dataset.split.seed, 5])
    split = np.full(len(beats), "", dtype="<U10")
    normal = rng.permutation(np.flatnonzero(beats.readable & ~beats.anomalous))
    abnormal = rng.permutation(np.flatnonzero(beats.readable & beats.anomalous))
    tested = np.array_split(normal, config.benchmark.folds)[number]
    rest = normal[~np.isin(normal, tested)]
    split[rest] = "train"
    split[rest[: round(NORMAL_ASIDE * len(rest))]] = "validation"
    split[tested] = "test"
    split[abnormal[round(ABNORMAL_ASIDE * len(abnormal)) :]] = "test"
    return split
