"""Measure how far scores change under noise and with the form of a recording: docs/robustness.md.

    ECG_ANOMALY_DATA=FOLDER dvc exp run -S dataset=mitdb_inter_patient
    ECG_ANOMALY_DATA=FOLDER python -m lab.robustness [--root FOLDER] [--docs FOLDER]

Compares Keras with ONNX ("parity"), `ecg-anomaly score` with the benchmark's path ("agreement"),
records with and without recorded noise ("noise"), records in other rates, units and leads
("invariance"), and records with a few missing samples ("islands"). Takes the detector and the Keras
weights of `--root`/data; DS2 is only evaluated on.
"""

import argparse
import math
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ecg_anomaly.beats.lead_choice import choose_leads
from ecg_anomaly.config.hydra_entry import run_reporting_errors
from ecg_anomaly.detector.decisions import concatenate_decisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_chunks
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.progress import track
from ecg_anomaly.network.scorer import BeatScorer
from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.public_databases import DATA_VARIABLE
from ecg_anomaly.records.wfdb.wfdb_files import read_record
from ecg_anomaly.records.wfdb.wfdb_folder import list_records
from lab.doc_pages import page_options, write_between
from lab.r_peaks import GROUPS
from lab.robustness.missing_islands import measure_islands, tabulate_islands
from lab.robustness.noise_recordings import measure_snr, read_noise
from lab.robustness.noise_stress import (
    NoiseCondition,
    StressRow,
    draw_stress,
    evaluate_stress,
    score_record,
    stress_record,
)
from lab.robustness.recording_metrics import ScoredRecording, evaluate_recordings
from lab.robustness.recording_variants import evaluate_variants, vary_record
from lab.robustness.robustness_tables import (
    tabulate_agreement,
    tabulate_invariance,
    tabulate_parity,
    tabulate_stress,
)
from lab.robustness.score_agreement import (
    compare_engines,
    compare_paths,
    join_differences,
    join_parities,
    read_whole,
)
from lab.trained_keras import load_all_networks

PAGE, PLOT = "robustness.md", "pictures/robustness-noise.png"
PARTS = ("parity", "agreement", "noise", "invariance", "islands")

#: Record of DS1, and its noisy copies in the Noise Stress Test Database with their ratio in dB.
CLEAN_RECORD, NOISY_RECORDS = "118", {"118e00": 0.0, "118e_6": -6.0}


def measure_parity(root: Path, data: Path, detector: Detector) -> str:
    """Score every beat of every record of the database with both engines."""
    network = load_all_networks(root / "data/training")
    scorer = detector.scorer
    keras = BeatScorer(scorer.kind, network, scorer.calibration)
    records = track(list_records(data / "mitdb"), "Keras and ONNX")
    inputs = (read_whole(read_record(data / "mitdb", n), detector).inputs for n in records)
    parts = [compare_engines(scorer, keras, x, detector.threshold) for x in inputs]
    return tabulate_parity(join_parities(parts))


def measure_agreement(data: Path, detector: Detector, names: list[str]) -> str:
    """Score records by the path of `ecg-anomaly score`, on one lead, and by the benchmark's."""
    parts, chunked, whole = [], [], []
    for name in track(names, "score twice"):
        record = read_record(data / "mitdb", name)
        stored = open_record(data / "mitdb" / name)
        choices = [choose_leads(stored.leads, detector.leads)]  # the benchmark reads no others
        scored = score_chunks(detector, stored, 1, choices=choices)
        decisions = concatenate_decisions(scored)
        other = read_whole(record, detector).decide(detector, record.fs)
        parts.append(compare_paths(decisions, other))
        one = ScoredRecording.of(record, decisions)
        chunked.append(one)
        whole.append(replace(one, decisions=other))
    metrics = [evaluate_recordings(scored, detector.threshold) for scored in (chunked, whole)]
    return tabulate_agreement(join_differences(parts), *metrics)


def measure_noise_stress(data: Path, detector: Detector, names: list[str], docs: Path) -> str:
    """Score records under noise and draw the plot."""
    noises = {name: read_noise(data / "nstdb", name) for name in ("bw", "ma")}
    scored: dict[NoiseCondition, list[ScoredRecording]] = defaultdict(list)
    for name in track(names, "noise"):
        record = read_record(data / "mitdb", name)
        for condition, one in stress_record(record, noises, detector):
            scored[condition].append(one)
    rows = [evaluate_stress(c, recordings, detector.threshold) for c, recordings in scored.items()]
    noisy, measured = _measure_noisy_records(data, detector)
    draw_stress([*rows, *noisy], docs / PLOT)
    return f"{tabulate_stress([*rows, *noisy])}\n\n{measured}"


def measure_invariance(data: Path, detector: Detector, names: list[str]) -> str:
    """Score records in other rates, units and leads."""
    scored: dict[str, list[ScoredRecording]] = defaultdict(list)
    for name in track(names, "score variants"):
        for kind, one in vary_record(read_record(data / "mitdb", name), detector):
            scored[kind].append(one)
    return tabulate_invariance(evaluate_variants(scored, detector.threshold))


def measure_missing(data: Path, detector: Detector, names: list[str]) -> str:
    """Score records with islands of missing samples."""
    records = (read_record(data / "mitdb", name) for name in track(names, "missing samples"))
    memory_s = detector.features.history_s
    return tabulate_islands(
        e for record in records for e in measure_islands(record, detector, memory_s)
    )


def _measure_noisy_records(data: Path, detector: Detector) -> tuple[list[StressRow], str]:
    """Score the noisy records of the database, and the record they were made from."""
    clean = read_record(data / "mitdb", CLEAN_RECORD)
    found = {NoiseCondition(f"none, {CLEAN_RECORD}", math.inf): score_record(clean, detector)}
    ratios = []
    for name, snr_db in NOISY_RECORDS.items():
        noisy = read_record(data / "nstdb", name)
        found[NoiseCondition("em", snr_db)] = score_record(noisy, detector)
        measured = ", ".join(f"{x:.1f}" for x in measure_snr(clean, noisy))
        ratios.append(f"{name} {measured} dB (stated: {snr_db:g})")
    rows = [evaluate_stress(c, [one], detector.threshold) for c, one in found.items()]
    return rows, f"Measured by the same formula, lead by lead: {'; '.join(ratios)}."


def measure_robustness(arguments: argparse.Namespace) -> None:
    """Measure the selected parts; write each between its marks and print it."""
    if not os.environ.get(DATA_VARIABLE):
        raise UserError(DATA_VARIABLE, "not set", "name the folder that holds mitdb and nstdb")
    root, data, docs = arguments.root, Path(os.environ[DATA_VARIABLE]), arguments.docs
    detector, names = load_detector(root / "data/model"), arguments.records
    measure = {
        "parity": lambda: measure_parity(root, data, detector),
        "agreement": lambda: measure_agreement(data, detector, names),
        "noise": lambda: measure_noise_stress(data, detector, names, docs),
        "invariance": lambda: measure_invariance(data, detector, names),
        "islands": lambda: measure_missing(data, detector, names),
    }
    for part in arguments.parts:
        show(docs / PAGE, part, measure[part]())


def show(page: Path, part: str, table: str) -> None:
    """Write a table between its marks and print it."""
    begin = f"<!-- {part}: written by python -m lab.robustness -->"
    write_between(page, begin, f"<!-- end of {part} -->", lambda: table)
    print(f"{part}\n{table}\n", flush=True)


def parse_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = page_options(__doc__)
    ds2 = GROUPS["ds2"].split()
    parser.add_argument("--records", nargs="+", default=ds2, help="evaluated, by default DS2")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    return parser.parse_args(words)


if __name__ == "__main__":
    arguments = parse_arguments()
    run_reporting_errors(lambda: measure_robustness(arguments))
