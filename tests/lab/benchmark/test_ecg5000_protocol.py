"""Both directions of the protocol on toy halves, the network replaced by a distance."""

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.tracking.benchmark_runs import BenchmarkLog
from ecg_anomaly.tracking.tracked_run import TrackedRun
from lab.benchmark import workbench
from lab.benchmark.benchmark_schema import shrink
from lab.benchmark.ecg5000_protocol import run_ecg5000
from lab.benchmark.unit import evaluated_splits
from lab.benchmark.workbench import Workbench

LENGTH = 140


def toy_half(name: str, n: int, seed: int) -> Record:
    rng = np.random.default_rng(seed)
    symbol = np.where(np.arange(n) % 4 == 3, "V", "N")
    hump = np.sin(np.linspace(0, np.pi, LENGTH))
    beats = np.where(symbol == "V", -1.0, 1.0)[:, None] * hump + rng.normal(0, 0.1, (n, LENGTH))
    marks = Annotations(np.arange(n, dtype=np.int64) * LENGTH, symbol)
    signal = beats.reshape(-1, 1).astype(np.float32)
    return Record(name, "p", signal, 140.0, ("ECG",), marks, segment_length=LENGTH)


def score_by_distance(splits, config, report):
    normal = splits.train.sequence[splits.train.presumed_normal].mean(axis=0)
    arrays = {"epochs": np.array(1.0), "seconds": np.array(0.0)}
    for name, inputs in evaluated_splits(splits).items():
        score = np.abs(inputs.sequence - normal).mean(axis=(1, 2)).astype(float)
        arrays[f"{name}.score"] = score + 1e-6 * config.training.seed
    return arrays


@pytest.fixture
def run(compose_benchmark, tmp_path, monkeypatch):
    monkeypatch.setattr(workbench, "train_unit", score_by_distance)
    config = compose_benchmark("benchmark=ecg5000", f"benchmark.folder={tmp_path}")
    config = shrink(config)
    log = BenchmarkLog(TrackedRun(None))
    return lambda records: run_ecg5000(Workbench(config, log), records)


def test_each_half_tests_once_with_all_its_beats(run):
    results = run([toy_half("train", 60, 1), toy_half("test", 120, 2)])
    tested = {fold: counts["test_beats"] for fold, counts in results["counts"].items()}
    assert tested == {"official": 120, "reversed": 60}
    named = {(row["fold"], row["name"]) for row in results["detectors"]}
    assert {fold for fold, _ in named} == {"official", "reversed"}
    assert len(named) == len(results["detectors"])


def test_figures_are_of_the_anomaly_class(run):
    results = run([toy_half("train", 60, 1), toy_half("test", 120, 2)])
    for row in results["detectors"]:
        metrics = row["ensemble"]["reference_positions"]
        assert metrics["auroc"] == 1.0
        assert metrics["decisions"]["false_alarm_rate"]["recall"] == 1.0


def test_labels_of_the_test_half_do_not_move_the_threshold(run, tmp_path):
    train, test = toy_half("train", 60, 1), toy_half("test", 120, 2)
    turned = np.where(test.annotations.symbol == "N", "V", "N")
    liar = Record(**{**vars(test), "annotations": Annotations(test.annotations.sample, turned)})

    def thresholds(records):
        row = run(records)["detectors"][0]
        return row["ensemble"]["reference_positions"]["decisions"]["false_alarm_rate"]["threshold"]

    honest = thresholds([train, test])
    for kept in (tmp_path / "smoke" / "cache").glob("*/"):
        for file in kept.iterdir():
            file.unlink()
        kept.rmdir()
    assert thresholds([train, liar]) == honest


def test_a_beat_that_stands_in_both_halves_is_caught(run):
    train = toy_half("train", 60, 1)
    copy = toy_half("test", 120, 2)
    copy.signal[: 3 * LENGTH] = train.signal[: 3 * LENGTH]
    with pytest.raises(UserError, match="duplicated_beat"):
        run([train, copy])
