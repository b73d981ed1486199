"""Stage `evaluate`: the report of a toy detector, and the two lines that sum it up."""

import json

import numpy as np
import pytest

from ecg_anomaly.evaluation.baselines import VALIDATION_NORMAL
from ecg_anomaly.evaluation.threshold.thresholds import READ_FROM, describe_source
from ecg_anomaly.files.array_tables import read_array_table, write_array_table
from ecg_anomaly.files.atomic import write_arrays, write_json
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.network.beat_scores import BeatScores, attach_scores
from ecg_anomaly.network.scorer import BeatScorer
from ecg_anomaly.network.trained_model import NetworkCard, write_scorer
from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.records.record_archive import write_records
from evaluate_detector import summarise
from stage_inputs import run_stage, write_features

PLOTS = {
    "roc.png", "precision_recall.png", "confusion.png", "score_histogram.png",
    "threshold_curve.png", "training.png", "examples.png",
}  # fmt: skip


@pytest.fixture
def folder(make_inputs, make_network, tmp_path):
    """Write what the stages before `evaluate` leave, with a network that was never trained."""
    from ecg_anomaly.network.onnx.onnx_graph import export_networks

    test, validation = make_inputs(60, seed=2), make_inputs(40, seed=1)
    test.subject[:] = np.char.add("t", test.subject.astype("<U3"))
    write_features(tmp_path, {"test": test})
    write_records(map(record_of, np.unique(test.record)), tmp_path / "data/records")
    training, data = tmp_path / "data/training", tmp_path / "data"
    for name in ("training", "threshold", "baselines"):
        (data / name).mkdir()
    network = make_network("lstm_contrast")
    export_networks([network], training)
    card = NetworkCard("lstm_contrast", 16, 2, 3, 2, network.count_params(), list("NSVFQ"), 1)
    write_scorer(training, BeatScorer("lstm_contrast", None, {}), card)
    write_json(training / "history.json", [{"epoch": 1, "loss": 1.0, "validation_loss": 1.1}])
    write_array_table(training / "validation_scores.npz", attach_scores(np.zeros(40), validation))
    source = file_sha256(training / "validation_scores.npz")
    threshold = {
        "value": 0.0, "stated_false_alarm_rate": 0.02, "validation_false_alarm_rate": 0.02,
        READ_FROM: describe_source(validation.subject.tolist(), source),
    }  # fmt: skip
    write_json(data / "threshold/threshold.json", threshold)
    rng = np.random.default_rng(0)
    scores = {"validation.rule_a": rng.normal(size=40), "test.rule_a": rng.normal(size=60)}
    normal = {VALIDATION_NORMAL: validation.presumed_normal}
    write_arrays(data / "baselines/scores.npz", scores | normal)
    return tmp_path


def record_of(name: str) -> Record:
    """Make a record of 6000 samples at 10 Hz, annotated where the toy beats are."""
    marks = Annotations(np.arange(0, 6000, 100), np.array(list("NNNV") * 15))
    return Record(name, name, np.zeros((6000, 1), np.float32), 10.0, ("II",), marks)


def test_the_report_holds_metrics_scores_curves_and_plots(folder):
    done = run_stage("evaluate_detector", folder, "evaluation.bootstrap_samples=20")
    assert done.returncode == 0, done.stderr
    report = folder / "data/report"
    metrics = json.loads((report / "metrics.json").read_text())
    assert (
        metrics["test"]["beats"]
        == len(read_array_table(report / "test_scores.npz", BeatScores).score)
        == 60
    )
    assert [row["name"] for row in metrics["baselines"]] == ["rule_a"]
    assert len(list((report / "curves").iterdir())) == 5
    assert metrics["ec57"]["records"] == 4
    assert (report / "ec57.txt").read_text().startswith("test split, 4 records, from 300 s on\n")
    assert {path.name for path in (report / "pictures").iterdir()} == PLOTS
    assert summarise(metrics) in done.stdout


def test_a_threshold_of_other_scores_is_refused_before_anything_is_written(folder):
    scores = folder / "data/training/validation_scores.npz"
    write_array_table(scores, read_array_table(scores, BeatScores).select(np.arange(40) < 30))
    done = run_stage("evaluate_detector", folder)
    assert done.returncode == 1
    assert "error: audit threshold_source" in done.stderr
    assert not (folder / "data/report").exists()


def test_the_summary_compares_the_detector_with_the_best_baseline():
    row = {"auroc": 0.9, "average_precision": 0.8, "f1": 0.7}
    best = {name: value - 0.5 for name, value in row.items()}
    lines = summarise({"labelled": True, "detector": row, "best_baseline": best}).split("\n")
    assert lines[0] == "LSTM: AUROC 0.9, average precision 0.8, F1 0.7"
    assert lines[1].startswith("best baseline by each metric: AUROC 0.4")


def test_the_summary_without_labels_says_what_is_left_out():
    assert summarise({"labelled": False}).startswith("no labels: metrics that need them are left")
