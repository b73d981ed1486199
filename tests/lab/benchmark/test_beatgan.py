"""Folds of the pooled protocol: who stands where, and that no anomaly label chooses anything."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.tracking.benchmark_runs import BenchmarkLog
from ecg_anomaly.tracking.tracked_run import TrackedRun
from lab.benchmark import workbench
from lab.benchmark.beatgan import NORMAL, assign_pooled_splits, mark_left_out, run_beatgan
from lab.benchmark.benchmark_schema import shrink
from lab.benchmark.protocol_beats import read_protocol_beats
from lab.benchmark.unit import evaluated_splits
from lab.benchmark.workbench import Workbench


def score_by_rule(sides, config, report):
    arrays = {"epochs": np.array(1.0), "seconds": np.array(0.0)}
    for name, inputs in evaluated_splits(sides).items():
        score = inputs.rule[:, 0] + 1e-3 * config.training.seed * inputs.rule[:, 1]
        arrays[f"{name}.score"] = score.astype(float)
    return arrays


@pytest.fixture(scope="module")
def config(compose_benchmark, tmp_path_factory):
    folder = tmp_path_factory.mktemp("beatgan")
    return shrink(compose_benchmark("benchmark=beatgan", f"benchmark.folder={folder}"))


@pytest.fixture(scope="module")
def beats(config, simulated_records):
    read = read_protocol_beats(simulated_records, config.dataset, config.preprocess)
    return read, mark_left_out(read, config.preprocess.match_tolerance_s).reference


def test_every_normal_beat_tests_in_one_fold_and_never_trains_there(config, beats):
    _, marked = beats
    splits = [assign_pooled_splits(config, number, marked) for number in range(5)]
    normal = marked.readable & ~marked.anomalous
    tested = sum((split == "test")[normal].astype(int) for split in splits)
    assert (tested == 1).all()
    for split in splits:
        assert {"train", "validation", "test"} <= set(split[normal].tolist())


def test_abnormal_beats_neither_train_nor_validate(config, beats):
    _, marked = beats
    for number in range(5):
        split = assign_pooled_splits(config, number, marked)[marked.anomalous & marked.readable]
        assert set(split.tolist()) <= {"test", ""}
        assert (split == "test").mean() == pytest.approx(0.9, abs=0.02)


def test_normal_beats_without_a_detected_r_peak_take_no_part(config, beats):
    read, marked = beats
    tolerance = config.preprocess.match_tolerance_s
    first = str(read.reference.record[0])
    deaf = replace(read, detected=read.detected.select(read.detected.record != first))
    silent = mark_left_out(deaf, tolerance).reference
    mine = np.isin(silent.symbol, NORMAL) & (silent.record == first)
    assert mine.any()
    assert not silent.readable[mine].any()
    assert marked.readable[mine].mean() > 0.9
    assert (assign_pooled_splits(config, 0, silent)[mine] == "").all()


def test_folds_run_with_one_seed_and_the_first_with_all(config, simulated_records, monkeypatch):
    trained = []

    def train(sides, given, report):
        trained.append(given.training.seed)
        return score_by_rule(sides, given, report)

    monkeypatch.setattr(workbench, "train_unit", train)
    config = replace(config, benchmark=replace(config.benchmark, folds=2))
    log = BenchmarkLog(TrackedRun(None))
    results = run_beatgan(Workbench(config, log), simulated_records[:4])
    assert trained == [1, 1, 2]
    row = results["detectors"][0]
    assert len(row["folds"]) == 2
    assert row["over_seeds"]["reference_positions"]["auroc"]["sd"] >= 0
    assert [seed["seed"] for seed in row["seeds"]] == [1, 2]
    assert {"rule_b", "nearest_neighbour"} <= {b["name"] for b in results["baselines"]}
