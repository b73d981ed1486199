"""Stage `package`: write the detector folder, log the run to MLflow and register the detector.

python src/package_detector.py
"""

from pathlib import Path
from typing import Any

from ecg_anomaly.archive.drift.drift_reference import (
    describe_values,
    gather_values,
    measure_reference,
)
from ecg_anomaly.config.hydra_entry import stage
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.detector.package import add_reference, cut_example, write_detector
from ecg_anomaly.detector.pretrained import CARD, CARD_PAGE
from ecg_anomaly.evaluation.report.card_page import render_card
from ecg_anomaly.evaluation.report.model_card import read_card_sources, write_model_card
from ecg_anomaly.features.selection import read_transform
from ecg_anomaly.files.array_tables import read_array_table
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.digests import folder_sha256
from ecg_anomaly.network.beat_scores import BeatScores
from ecg_anomaly.records.record_archive import RecordArchive
from ecg_anomaly.tracking.pipeline_runs import COMPLETE, resume_run
from ecg_anomaly.tracking.registry import log_detector

RECORDS, TRAINING, THRESHOLD = Path("data/records"), Path("data/training"), Path("data/threshold")
FEATURES, REPORT, MODEL = Path("data/features"), Path("data/report"), Path("data/model")


@stage
def package_detector(config: PipelineConfig) -> None:
    """Write the detector with its card, score an example with it, complete the run in MLflow."""
    example = cut_example(RecordArchive(RECORDS))
    transform = read_transform(FEATURES / "transform.json")
    # Short: MLflow draws the second line of a heading over the first.
    title = f"Abnormal beat detector, data set {config.dataset.name}"
    card = write_model_card(read_card_sources(Path("data"), config), title)
    cards = {CARD: card, CARD_PAGE: render_card(card)}
    write_detector(MODEL, TRAINING, THRESHOLD, transform, config, example.segment_length, cards)
    add_drift_reference()
    decisions = score_recording(load_detector(MODEL), example)
    with resume_run(config, lambda: read_json(TRAINING / "history.json")) as run:
        metrics = read_json(REPORT / "metrics.json")
        run.log_metrics(headline_metrics(metrics))
        run.log_table("tables/subgroups.json", metrics.get("subgroups", []))
        run.log_table("tables/records.json", metrics.get("per_record", []))
        run.log_files(REPORT / "pictures", "*.png", "pictures")
        run.log_files(Path("data/exploration"), "*.html", "exploration")
        run.log_files(REPORT, "metrics.json", "report")
        run.log_files(MODEL, "card.*", "report")
        run.log_files(REPORT, "ec57.txt", "report")
        run.log_dataset(config.dataset.name, config.dataset.source, folder_sha256(RECORDS))
        log_detector(run, MODEL, example, decisions.to_frame(), config)
        run.set_tags({COMPLETE: "true"})
    print(f"packaged {MODEL} ({len(decisions.sample)} beats of {example.name} scored with it)")


def add_drift_reference() -> None:
    """Let the detector carry what the recordings it was made with look like, by subject."""
    detector = load_detector(MODEL)
    if detector.segment_length is None:
        unseen = read_array_table(TRAINING / "validation_scores.npz", BeatScores)
        profiles = measure_reference(RecordArchive(RECORDS), detector, unseen)
        add_reference(MODEL, describe_values(gather_values(profiles)))


def headline_metrics(metrics: dict[str, Any]) -> dict[str, float]:
    """Return the metrics that are logged, named ``group/metric``, without those that are None."""
    groups = ("detector", "mean_over_records", "best_baseline", "ec57")
    named = {f"{group}/{k}": v for group in groups for k, v in metrics.get(group, {}).items()}
    return {name: value for name, value in named.items() if value is not None}


if __name__ == "__main__":
    package_detector()
