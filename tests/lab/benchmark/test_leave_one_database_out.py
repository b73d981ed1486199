"""Every database of a cohort is left out in turn, the network replaced by a rule."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import simulation_config
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.cohort import origin_of
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from ecg_anomaly.tracking.benchmark_runs import start_benchmark
from lab.benchmark import workbench
from lab.benchmark.leave_one_database_out import (
    SubjectsOf,
    assign_left_out,
    describe_test_set,
    list_test_sets,
    run_leave_one_database_out,
)
from lab.benchmark.protocol_beats import read_protocol_beats
from lab.benchmark.unit import evaluated_splits
from lab.benchmark.workbench import Workbench


def score_by_rule(splits, config, report):
    """Score by the distance from the template beat."""
    arrays = {"epochs": np.array(1.0), "seconds": np.array(0.0)}
    for name, inputs in evaluated_splits(splits).items():
        arrays[f"{name}.score"] = inputs.rule[:, 0].astype(float)
    return arrays


@pytest.fixture(scope="module")
def config(compose_benchmark, tmp_path_factory):
    config = compose_benchmark(
        "benchmark=leave_one_database_out", "tracking.enabled=false",
        "dataset.databases=[mitdb,svdb]", "dataset.subjects={}", "dataset.exclude=[]",
        "evaluation.bootstrap_samples=10", "threshold.n_trials=5", "baselines.trees=10",
        "benchmark.folds=2",
    )  # fmt: skip
    folder = str(tmp_path_factory.mktemp("benchmark"))
    return replace(config, benchmark=replace(config.benchmark, folder=folder))


@pytest.fixture(scope="module")
def records():
    """Twelve simulated subjects, of two databases in turn."""
    made = simulate_records(simulation_config(n_subjects=12, duration_s=60.0))
    named = zip(made, ["mitdb", "svdb"] * 6, strict=True)
    return [replace(r, name=f"{d}/{r.name}", subject=f"{d}/{r.name}") for r, d in named]


@pytest.fixture(scope="module")
def results(config, records):
    with pytest.MonkeyPatch.context() as patch, start_benchmark(config, "x") as log:
        patch.setattr(workbench, "train_unit", score_by_rule)
        return run_leave_one_database_out(Workbench(config, log), iter(records))


def test_each_database_is_tested_on_by_networks_that_never_saw_it(results):
    assert [row["fold"] for row in results["detectors"]] == ["mitdb left out", "svdb left out"]
    for database, counts in results["counts"].items():
        for train, validation, test in counts["folds"]:
            assert {name.split("/")[0] for name in test["subjects"]} == {database}
            for split in (train, validation):
                assert database not in {name.split("/")[0] for name in split["subjects"]}


def test_a_row_has_both_positions(results):
    for row in results["detectors"]:
        for condition in results["conditions"]:
            assert row["ensemble"][condition]["auroc"] is not None


def test_a_subject_of_two_databases_stops_it(config, records):
    beats = type("Beats", (), {})()
    beats.record = np.array(["mitdb/1", "svdb/2"])
    beats.subject = np.array(["mitdb/1", "mitdb/1"])
    with pytest.raises(UserError, match=r"subject mitdb/1 is in svdb and in another database"):
        assign_left_out(config, SubjectsOf("svdb", 0, 1), 0, beats)


def test_an_excerpt_of_a_record_that_another_database_holds_stops_it(config):
    beats = type("Beats", (), {})()
    beats.record = np.array(["mitdb/100", "qtdb/sel100"])
    beats.subject = np.array([origin_of(name) for name in beats.record])
    with pytest.raises(UserError, match=r"subject mitdb/100 is in mitdb and in another database"):
        assign_left_out(config, SubjectsOf("mitdb", 0, 1), 0, beats)


def test_one_database_cannot_be_left_out(config):
    one = replace(config, dataset=replace(config.dataset, databases=["mitdb"]))
    with pytest.raises(UserError, match=r"dataset\.databases"):
        list_test_sets(one)


def test_every_subject_of_a_database_in_parts_is_left_out_once(config, records):
    beats = read_protocol_beats(records, config.dataset, config.preprocess).reference
    parts = replace(config.benchmark, parts_of=["svdb"], parts=3)
    tests = list_test_sets(replace(config, benchmark=parts))
    assert [describe_test_set(test) for test in tests] == [
        f"svdb, part {k} of 3," for k in (1, 2, 3)
    ]
    left_out = []
    for test in tests:
        split = assign_left_out(config, test, 0, beats)
        left_out += sorted(set(beats.subject[split == "test"].tolist()))
        assert {"svdb", "mitdb"} == {
            name.split("/")[0] for name in beats.subject[split == "train"].tolist()
        }
    assert sorted(left_out) == [r.name for r in records if r.name.startswith("svdb")]
