"""Stage `evaluate`: evaluate the detector on subjects it has never seen.

python src/evaluate_detector.py
"""

from pathlib import Path

from ecg_anomaly.config.hydra_entry import stage
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.detector.package import assemble_detector
from ecg_anomaly.evaluation.baselines import read_baselines
from ecg_anomaly.evaluation.report.beat_conditions import group_beats
from ecg_anomaly.evaluation.report.curves import write_curves
from ecg_anomaly.evaluation.report.detector_ec57 import (
    compare_detector,
    name_calls,
    write_ec57,
)
from ecg_anomaly.evaluation.report.detector_rhythms import compare_rhythms
from ecg_anomaly.evaluation.report.examples import choose_examples, draw_examples
from ecg_anomaly.evaluation.report.metrics_file import compute_metrics, evaluate_baselines
from ecg_anomaly.evaluation.report.plot_style import save_figure
from ecg_anomaly.evaluation.report.report_plots import draw_report, draw_training
from ecg_anomaly.evaluation.threshold.thresholds import audit_threshold, decide
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.array_tables import read_array_table, write_array_table
from ecg_anomaly.files.atomic import replace_folder, write_json
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.network.beat_scores import attach_scores
from ecg_anomaly.network.trained_model import read_scorer
from ecg_anomaly.records.record_archive import RecordArchive
from ecg_anomaly.triage.rhythm_marks import RhythmFinder

RECORDS, TRANSFORM = Path("data/records"), Path("data/features/transform.json")
TRAINING, THRESHOLD = Path("data/training"), Path("data/threshold/threshold.json")
VALIDATION = TRAINING / "validation_scores.npz"
TEST, BASELINES = Path("data/features/test.npz"), Path("data/baselines/scores.npz")
REPORT = Path("data/report")


@stage
def evaluate_detector(config: PipelineConfig) -> None:
    """Score the test split; write metrics, tables and plots."""
    inputs, (scorer, card) = read_array_table(TEST, BeatInputs), read_scorer(TRAINING)
    card.check_beats(inputs, TRAINING)
    threshold, seen = read_json(THRESHOLD), file_sha256(VALIDATION)
    baselines, normal = read_baselines(BASELINES, len(inputs))
    audit_threshold(threshold, seen, inputs.subject.tolist(), config.dataset.split.unit)
    found = scorer.evaluate(inputs)
    scores = attach_scores(found.score, inputs)
    level = 1 - threshold["validation_false_alarm_rate"]
    evaluated = evaluate_baselines(scores, baselines, normal, level)
    archive, names = RecordArchive(RECORDS), set(scores.record.tolist())
    groups = group_beats(scores, archive.read(names), config.dataset.leads, config.preprocess)
    metrics = compute_metrics(scores, threshold, evaluated, config.evaluation, groups)
    called = name_calls(decide(scores.score, threshold["value"]), found.aami)
    report, from_s = compare_detector(scores, called, archive.read(names))
    finder = RhythmFinder(lambda: assemble_detector(TRAINING, THRESHOLD.parent, TRANSFORM, config))
    episodes = compare_rhythms(archive.read(names), finder.find, from_s)
    metrics["ec57"] = write_ec57(REPORT / "ec57.txt", report, from_s, episodes)
    write_json(REPORT / "metrics.json", metrics)
    write_array_table(REPORT / "test_scores.npz", scores)
    write_curves(REPORT / "curves", scores, threshold["value"])
    with replace_folder(REPORT / "pictures") as folder:
        draw_report(folder, scores, baselines, metrics)
        save_figure(draw_training(read_json(TRAINING / "history.json")), folder / "training.png")
        rows = choose_examples(scores.score, scores.record, config.evaluation.n_examples)
        figure = draw_examples(
            inputs.select(rows), scores.score[rows], scorer, config.preprocess.fs, card.n_leads
        )
        save_figure(figure, folder / "examples.png")
    print(summarise(metrics))


def summarise(metrics: dict) -> str:
    """Describe the outcome in two lines."""
    if not metrics["labelled"]:
        return "no labels: metrics that need them are left out, see data/report/metrics.json"
    own, best = metrics["detector"], metrics["best_baseline"]
    lines = [
        f"{name}: AUROC {f['auroc']}, average precision {f['average_precision']}, F1 {f['f1']}"
        for name, f in (("LSTM", own), ("best baseline by each metric", best))
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    evaluate_detector()
