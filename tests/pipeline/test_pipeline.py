"""The pipeline in a clone of the project: what it leaves, and what makes it run again."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import yaml

from pipeline_copy import (
    STAGES,
    TINY,
    call,
    call_well,
    compose,
    composed,
    dvc,
    locked_outs,
    read_metrics,
    script,
    stages_run,
    statuses,
)

pytestmark = pytest.mark.slow

#: What one change in each group makes DVC run again, before its consequences.
CHANGES = {
    "dataset.split.seed=1": {"extract", "preprocess", "evaluate"},
    "preprocess.low_pass_hz=35": {"explore", "preprocess", "features", "evaluate", "package"},
    "preprocess.fs=125": {"explore", "preprocess", "features", "train", "evaluate", "package"},
    "features.local_beats=11": {"features", "evaluate", "package"},
    "model.units=9": {"train"},
    "training.learning_rate=0.001": {"train"},
    "training.noisy_copies=false": {"preprocess", "train"},
    "baselines.trees=21": {"score_baselines"},
    "threshold.false_alarm_rate=0.03": {"tune_threshold"},
    "evaluation.confidence=0.9": {"evaluate", "package"},
    "tracking.alias=in_use": set(),
}


def test_the_metrics_are_there_and_are_numbers(clone: Path) -> None:
    metrics = read_metrics(clone)
    assert metrics["labelled"] is True
    assert metrics["test"]["beats"] > 100
    for metric in ("auroc", "average_precision"):
        assert 0 < metrics["detector"][metric] <= 1
        assert 0 < metrics["best_baseline"][metric] <= 1
    subjects = {row["subject"] for row in metrics["per_record"]}
    assert len(subjects) == metrics["test"]["subjects"]


def test_nothing_unexpected_is_left_for_git(clone: Path) -> None:
    asked = ["git", "--no-optional-locks", "status", "--porcelain"]  # it may be copied meanwhile
    changed = call_well(asked, clone).stdout.split("\n")
    names = {line[3:] for line in changed if line}
    assert names <= {"dvc.lock", "data/report/metrics.json"}
    hidden = [str(p) for p in (clone / "data").rglob(".*") if p.name != ".gitignore"]
    assert hidden == []


def test_the_second_run_runs_no_stage(copied: Path) -> None:
    before = locked_outs(copied)
    shown = call_well(dvc("repro"), copied)
    assert stages_run(shown.stdout) == []
    assert shown.stdout.count("didn't change, skipping") == len(STAGES)
    assert locked_outs(copied) == before


def test_a_change_of_one_key_concerns_exactly_the_stages_that_read_it(copied: Path) -> None:
    unchanged, *changed = statuses(copied, list(CHANGES))
    assert unchanged == {}
    for (change, stages), status in zip(CHANGES.items(), changed, strict=True):
        assert set(status) == stages, change


def test_every_group_is_in_the_table_of_changes(clone: Path) -> None:
    groups = set(yaml.safe_load((clone / "params.yaml").read_text()))
    assert {change.split(".")[0] for change in CHANGES} == groups


def test_labelled_files_in_a_folder_are_the_same_recordings(clone: Path, tmp_path: Path) -> None:
    for name in ("src", "conf"):
        shutil.copytree(clone / name, tmp_path / name)
    compose(tmp_path, "dataset=wfdb_folder", f"dataset.folder={clone / 'data/raw/simulated'}")
    call_well(script("extract_records"), tmp_path)
    for name in ("records.npz", "records.json"):
        path = Path("data/records") / name
        assert (tmp_path / path).read_bytes() == (clone / path).read_bytes()


def test_a_stage_that_fails_leaves_the_former_report(copied: Path) -> None:
    before = (copied / "data/report/metrics.json").read_bytes()
    with composed(copied, *TINY, "dataset.split.test=[nobody]"):
        shown = call(dvc("repro"), copied)
    assert shown.returncode != 0
    assert "error: dataset.split.test: nobody not in the data set" in shown.stderr
    assert "Traceback" not in shown.stderr
    assert (copied / "data/report/metrics.json").read_bytes() == before


def test_a_threshold_read_from_test_subjects_is_refused(copied: Path) -> None:
    path, report = (copied / f"data/{name}" for name in ("threshold/threshold.json", "report"))
    before = (report / "metrics.json").read_bytes()
    said = json.loads(path.read_text())
    tested = np.load(copied / "data/features/test.npz")["subject"]
    assert not set(said["read_from"]["subjects"]) & set(tested.tolist())
    said["read_from"]["subjects"] += [str(tested[0])]
    path.unlink()  # it may be a link into the cache
    path.write_text(json.dumps(said))
    shown = call(script("evaluate_detector"), copied)
    assert shown.returncode == 1
    assert "error: audit threshold_from_test_labels: the threshold was read from" in shown.stderr
    assert f"subject {tested[0]} of the test split" in shown.stderr
    assert (report / "metrics.json").read_bytes() == before
