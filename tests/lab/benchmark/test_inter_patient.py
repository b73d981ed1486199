"""The whole protocol on simulated people, the network replaced by a rule; and once as it is."""

import json
import runpy
import sys

import numpy as np
import pytest

import lab.benchmark.__main__ as run_benchmark
from lab.benchmark import workbench
from lab.benchmark.unit import evaluated_splits

CONDITIONS = ["reference_positions", "detected_r_peaks", "escape_beats_normal"]


def score_by_rule(splits, config, report):
    """Score by the distance from the usual beat, the first number of the rules."""
    arrays = {"epochs": np.array(1.0), "seconds": np.array(0.0)}
    report({"epoch": 1.0, "loss": 0.5})
    for name, inputs in evaluated_splits(splits).items():
        score = inputs.rule[:, 0] + 1e-3 * config.training.seed * inputs.rule[:, 1]
        odd = 1 / (1 + np.exp(-score))
        arrays[f"{name}.score"] = score.astype(float)
        arrays[f"{name}.probability"] = np.outer(odd, [0, 0.4, 0.6, 0, 0])
        arrays[f"{name}.probability"][:, 0] = 1 - odd
    return arrays


@pytest.fixture(scope="module")
def ran(new_folder, compose_benchmark):
    """Run the script twice in a folder without results; say what each run trained."""
    folder, trained = new_folder("benchmark"), []

    def train(splits, config, report):
        trained.append((config.model.kind, config.training.seed))
        return score_by_rule(splits, config, report)

    config = compose_benchmark(
        "benchmark=inter_patient", "benchmark.smoke=true", "tracking.enabled=false"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setattr(workbench, "train_unit", train)
        contents, counts = [], []
        for _ in range(2):
            run_benchmark.run_benchmark(config)
            path = folder / "data/benchmark/smoke/inter_patient.json"
            contents.append(json.loads(path.read_text(encoding="utf-8")))
            counts.append(len(trained))
    return contents, counts, trained


def test_every_detector_is_trained_with_every_seed_and_never_again(ran):
    _, counts, trained = ran
    kinds, seeds = ("lstm_contrast", "lstm_classifier", "lstm_multitask"), (1, 2)
    assert trained == [(k, seed) for k in kinds for seed in seeds for fold in range(3)]
    assert counts == [18, 18]


def test_a_second_run_gives_the_same_file_but_for_its_time(ran):
    (first, second), _, _ = ran
    assert first.pop("seconds") >= 0
    assert second.pop("seconds") >= 0
    assert first == second


def test_nobody_stands_on_two_sides(ran):
    for fold in ran[0][0]["counts"]["folds"]:
        subjects = [set(split["subjects"]) for split in fold]
        assert all(subjects)
        assert len(set.union(*subjects)) == sum(len(split) for split in subjects)


def test_every_fold_tests_the_same_people_and_every_other_person_validates_once(ran):
    folds = ran[0][0]["counts"]["folds"]
    assert len({tuple(test["subjects"]) for _, _, test in folds}) == 1
    validated = [name for _, validation, _ in folds for name in validation["subjects"]]
    trained = {name for train, _, _ in folds for name in train["subjects"]}
    assert sorted(validated) == sorted(trained)


def test_every_test_beat_is_counted_by_both_mappings(ran):
    counts = ran[0][0]["counts"]
    for escape_beats in "SN":
        classes = counts[f"test_classes_escape_beats_{escape_beats}"]
        assert sum(classes.values()) == counts["test_beats"]
    s, n = (counts[f"test_classes_escape_beats_{m}"]["S"] for m in "SN")
    assert s >= n


def test_every_row_has_every_condition_and_the_table_of_records(ran):
    content = ran[0][0]
    rows = [row["ensemble"] for row in content["detectors"]] + content["baselines"]
    rows += [seed for row in content["detectors"] for seed in row["seeds"]]
    for row in rows:
        assert [name for name in CONDITIONS if name not in row] == []
        records = {r["record"] for r in row["detail"]["per_record"]}
        assert records == set(content["counts"]["folds"][0][2]["subjects"])


def test_detected_beats_are_judged_on_all_reference_beats(ran):
    content = ran[0][0]
    tables = content["detectors"][0]["ensemble"]["detail"]["per_record"]
    assert sum(row["beats"] for row in tables) == content["counts"]["test_beats"]


def test_rules_of_the_harness_stand_beside_the_networks(ran):
    names = {row["name"] for row in ran[0][0]["baselines"]}
    assert {"rule_a", "rule_b", "rule_c", "nearest_neighbour"} <= names


def test_a_result_says_what_it_was_made_with(ran):
    content = ran[0][0]
    assert set(content["data_sha256"]) == {"smoke"}
    assert {"commit", "code_sha256", "versions", "configuration"} <= content.keys()
    assert content["configuration"]["benchmark.protocol"] == "inter_patient"


@pytest.mark.measurement
def test_the_command_trains_networks_and_writes_the_file(tmp_path, monkeypatch, capsys):
    words = ["benchmark.smoke=true", "benchmark.folds=1", "benchmark.seeds=[1]"]
    silent = ["hydra/job_logging=none", "hydra/hydra_logging=none"]
    monkeypatch.setattr(sys, "argv", ["benchmark", "tracking.enabled=false", *words, *silent])
    monkeypatch.setenv("HYDRA_FULL_ERROR", "1")  # the command sets it, for the whole process
    monkeypatch.chdir(tmp_path)
    runpy.run_path(run_benchmark.__file__, run_name="__main__")  # Keras is imported by now
    assert "supervised, ensemble: AUROC" in capsys.readouterr().out
    assert (tmp_path / "data/benchmark/smoke/inter_patient.json").is_file()
