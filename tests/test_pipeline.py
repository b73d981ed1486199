"""The pipeline itself, in clones of the project: run, run again, killed, changed, asked."""

import json
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import yaml

from pipeline_copy import (
    TINY,
    call,
    call_well,
    clean_environment,
    commit_all,
    compose,
    copy_project,
    dvc,
    script,
)

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("pipeline")]

STAGES = [
    "extract", "explore", "preprocess", "features", "train", "score_baselines", "tune_threshold",
    "evaluate", "package",
]  # fmt: skip

#: What one change in each group makes DVC run again, before its consequences.
CHANGES = {
    "dataset.split.seed=1": {"extract", "preprocess"},
    "preprocess.low_pass_hz=35": {"preprocess", "features", "package"},
    "preprocess.fs=125": {"preprocess", "features", "train", "evaluate", "package"},
    "features.local_beats=11": {"features", "package"},
    "model.units=9": {"train"},
    "training.learning_rate=0.001": {"train"},
    "baselines.trees=21": {"score_baselines"},
    "threshold.false_alarm_rate=0.03": {"tune_threshold"},
    "evaluation.confidence=0.9": {"evaluate"},
    "tracking.alias=challenger": set(),
}


def new_clone(folder: Path) -> Path:
    """Make a clone with the tiny configuration committed."""
    copy_project(folder)
    compose(folder, *TINY)
    commit_all(folder, "tiny")
    return folder


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a clone in which `dvc repro` has run to its end."""
    folder = new_clone(tmp_path_factory.mktemp("clone"))
    shown = call_well(dvc("repro"), folder, 600)
    assert stages_run(shown.stdout) == STAGES
    assert "Traceback" not in shown.stderr
    return folder


def stages_run(stdout: str) -> list[str]:
    """Names of the stages that dvc says it ran."""
    return re.findall(r"^Running stage '(\w+)'", stdout, re.MULTILINE)


def read_metrics(folder: Path) -> dict[str, Any]:
    """Read metrics.json strictly: NaN and Infinity are refused."""
    text = (folder / "data/report/metrics.json").read_text()
    return json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} in metrics.json"))


def locked_outs(folder: Path) -> dict[str, Any]:
    """Digests of all outputs, by stage."""
    lock = yaml.safe_load((folder / "dvc.lock").read_text())
    return {name: stage.get("outs") for name, stage in lock["stages"].items()}


def test_the_metrics_are_there_and_are_numbers(clone: Path) -> None:
    metrics = read_metrics(clone)
    assert metrics["labelled"] is True
    assert metrics["test"]["beats"] > 100
    for figure in ("auroc", "average_precision"):
        assert 0 < metrics["detector"][figure] <= 1
        assert 0 < metrics["best_baseline"][figure] <= 1
    subjects = {row["subject"] for row in metrics["per_record"]}
    assert len(subjects) == metrics["test"]["subjects"]


def test_nothing_unexpected_is_left_for_git(clone: Path) -> None:
    changed = call_well(["git", "status", "--porcelain"], clone).stdout.split("\n")
    names = {line[3:] for line in changed if line}
    assert names <= {"dvc.lock", "data/report/metrics.json"}
    hidden = [str(p) for p in (clone / "data").rglob(".*") if p.name != ".gitignore"]
    assert hidden == []


def test_the_second_run_runs_no_stage(clone: Path) -> None:
    before = locked_outs(clone)
    shown = call_well(dvc("repro"), clone)
    assert stages_run(shown.stdout) == []
    assert shown.stdout.count("didn't change, skipping") == len(STAGES)
    assert locked_outs(clone) == before


@contextmanager
def composed(folder: Path, *overrides: str) -> Iterator[None]:
    """Compose other parameters for a while."""
    former = (folder / "params.yaml").read_text()
    compose(folder, *overrides)
    try:
        yield
    finally:
        (folder / "params.yaml").write_text(former)


def test_a_change_of_one_key_concerns_exactly_the_stages_that_read_it(clone: Path) -> None:
    assert json.loads(call_well(dvc("status", "--json"), clone).stdout) == {}
    for change, stages in CHANGES.items():
        with composed(clone, *TINY, change):
            shown = call_well(dvc("status", "--json"), clone)
        assert set(json.loads(shown.stdout)) == stages, change


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


def test_a_killed_run_is_taken_up_and_ends_like_an_uninterrupted_one(
    clone: Path, tmp_path: Path
) -> None:
    folder = new_clone(tmp_path)
    kill_in_the_middle_of_training(folder)
    assert not (folder / "data/training").exists()
    shown = call_well(dvc("repro"), folder, 600)
    assert stages_run(shown.stdout) == STAGES[STAGES.index("train") :]
    report = Path("data/report/metrics.json")
    assert (folder / report).read_bytes() == (clone / report).read_bytes()
    assert locked_outs(folder) == locked_outs(clone)
    left = [str(p) for p in (folder / "data").rglob(".*") if p.name != ".gitignore"]
    assert left == []


def kill_in_the_middle_of_training(folder: Path) -> None:
    """Start the pipeline, SIGKILL dvc alone after an epoch, and wait for the stage to end."""
    log = folder.parent / f"{folder.name}.log"
    with log.open("w") as stream:
        pipeline = subprocess.Popen(
            dvc("repro"), cwd=folder, env=clean_environment(), stdout=stream, stderr=stream,
            start_new_session=True,
        )  # fmt: skip
    try:
        wait_for(lambda: "epoch 1/" in log.read_text(), 300)
        children = psutil.Process(pipeline.pid).children(recursive=True)
        assert any("train_model" in " ".join(child.cmdline()) for child in children)
        pipeline.send_signal(signal.SIGKILL)
        pipeline.wait()
        _, alive = psutil.wait_procs(children, timeout=10)
        assert alive == []
    finally:
        if any(p.is_running() for p in psutil.Process().children() if p.pid == pipeline.pid):
            os.killpg(pipeline.pid, signal.SIGKILL)


def wait_for(condition: Any, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


def test_an_experiment_with_the_other_model_runs_what_depends_on_it(clone: Path) -> None:
    former = read_metrics(clone)
    commit_all(clone, "results")
    tiny = [word for setting in TINY for word in ("-S", setting)]
    shown = call_well(dvc("exp", "run", "-n", "clf", "-S", "model=lstm_classifier", *tiny), clone)
    assert stages_run(shown.stdout) == ["train", "tune_threshold", "evaluate", "package"]
    assert read_metrics(clone)["detector"] != former["detector"]
    assert read_metrics(clone)["best_baseline"]["auroc"] == former["best_baseline"]["auroc"]

    table = call_well(dvc("exp", "show", "--csv"), clone).stdout
    assert "clf" in table
    assert "lstm_classifier" in table
    difference = call_well(dvc("metrics", "diff"), clone).stdout
    assert "detector.auroc" in difference


def test_dvc_shows_what_a_user_asks_for(clone: Path) -> None:
    assert "detector.average_precision" in call_well(dvc("metrics", "show"), clone).stdout
    diagram = call_well(dvc("dag"), clone).stdout
    assert all(stage in diagram for stage in STAGES)
    page = Path(call_well(dvc("plots", "show", "-o", "plots"), clone).stdout.strip())
    html = page.read_text() if page.suffix else (clone / "plots/index.html").read_text()
    for plot in ("ROC on the test people", "Decisions at the threshold", "Loss of each epoch"):
        assert plot in html
    shutil.rmtree(clone / "plots")


def test_a_stage_that_fails_leaves_the_former_report(clone: Path) -> None:
    before = (clone / "data/report/metrics.json").read_bytes()
    with composed(clone, *TINY, "dataset.split.test=[nobody]"):
        shown = call(dvc("repro"), clone)
    assert shown.returncode != 0
    assert "error: dataset.split.test: nobody not in the data set" in shown.stderr
    assert "Traceback" not in shown.stderr
    assert (clone / "data/report/metrics.json").read_bytes() == before
