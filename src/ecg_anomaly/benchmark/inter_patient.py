"""Protocol inter_patient: people of DS1 train and choose, people of DS2 test.

de Chazal, O'Dwyer, Reilly 2004 (IEEE TBME 51(7):1196-1206).
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from ecg_anomaly.beats.labels import AAMI_CLASSES, aami_class
from ecg_anomaly.benchmark.detector_rows import baseline_rows, detector_row
from ecg_anomaly.benchmark.judging import Condition
from ecg_anomaly.benchmark.reading import ProtocolBeats, read_protocol_beats
from ecg_anomaly.benchmark.reference import ReferenceBeats
from ecg_anomaly.benchmark.workbench import Workbench
from ecg_anomaly.config.benchmark_schema import BenchmarkRunConfig
from ecg_anomaly.progress import track
from ecg_anomaly.records.record import Record
from ecg_anomaly.splits.audit import audit_split
from ecg_anomaly.splits.by_subject import split_beats

FOLD = "ds1_ds2"


def run_inter_patient(bench: Workbench, records: Iterable[Record]) -> dict[str, Any]:
    """Run the protocol.

    Parameters
    ----------
    bench : Workbench
        Configuration, cache and log.
    records : iterable of Record
        Both groups of people; read only when the inputs are not kept from an earlier run.

    Returns
    -------
    dict
        Counts, detectors (seeds, mean and sd, ensemble), baselines, digest of the data.
    """
    config = bench.config
    inputs = bench.prepare(FOLD, lambda: split_protocol(records, config))
    sides = inputs[0]
    conditions = list_conditions(config.benchmark.without, sides.reference)
    detectors = []
    for name in config.benchmark.detectors:
        units = [bench.train(FOLD, inputs, name, seed) for seed in config.benchmark.seeds]
        bench.say(f"{name}: judging")
        detectors.append(detector_row(name, units, sides, conditions, config))
    arrays = bench.score_baselines(FOLD, inputs)
    return {
        "counts": count_protocol(sides.about["sides"], sides.reference),
        "detectors": detectors,
        "baselines": baseline_rows(arrays, sides, conditions, config),
        "data_sha256": {config.dataset.name: sides.about["data_sha256"]},
    }


def split_protocol(records: Iterable[Record], config: BenchmarkRunConfig) -> ProtocolBeats:
    """Read the beats and give each its side, audited."""
    beats = read_protocol_beats(track(records, "read records"), config)
    sided = beats.reference.with_split(split_beats(beats.reference, config.dataset))
    window_s = config.preprocess.window_before_s + config.preprocess.window_after_s
    audit_split(sided, config.dataset, window_s)
    return replace(beats, reference=sided)


def list_conditions(without: list[str], reference: ReferenceBeats) -> list[Condition]:
    """List the conditions every detector is judged under, the one of the headline first."""
    present = [name for name in without if name in set(reference.record.tolist())]
    return [
        Condition("reference_positions"),
        Condition("detected_r_peaks", positions="detected"),
        Condition("escape_beats_normal", escape_beats="N"),
        *(Condition(f"without_{name}", without=name) for name in present),
    ]


def count_protocol(sides: list[dict[str, Any]], reference: ReferenceBeats) -> dict[str, Any]:
    """Count who stands where, and the test side's beats of each class by both mappings."""
    counts: dict[str, Any] = {"sides": sides, "test_beats": len(reference.sample)}
    for escape_beats in ("S", "N"):
        aami = aami_class(reference.symbol, escape_beats)
        classes = {name: int(np.sum(aami == name)) for name in AAMI_CLASSES}
        counts[f"test_classes_escape_beats_{escape_beats}"] = classes
    return counts
