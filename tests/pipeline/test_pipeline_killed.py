"""A pipeline killed in the middle of its longest stage, and run again."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
import yaml

from ecg_anomaly.files.parent_process import INTERVAL_S
from pipeline_copy import (
    STAGES,
    TINY,
    call_well,
    clean_environment,
    compose,
    dvc,
    locked_outs,
    stages_run,
)

pytestmark = pytest.mark.slow

#: The training and what depends on it.
FORGOTTEN = [s for s in STAGES[STAGES.index("train") :] if s != "score_baselines"]


def test_a_killed_run_is_taken_up_and_ends_like_an_uninterrupted_one(
    clone: Path, copied: Path
) -> None:
    folder = forget_from_training_on(copied)
    compose(folder, *TINY, "tracking.enabled=false")  # what is logged is not looked at here
    kill_in_the_middle_of_training(folder)
    assert not (folder / "data/training").exists()
    shown = call_well(dvc("repro"), folder, 600)
    assert stages_run(shown.stdout) == FORGOTTEN
    report = Path("data/report/metrics.json")
    assert (folder / report).read_bytes() == (clone / report).read_bytes()
    assert locked_outs(folder) == locked_outs(clone)
    left = [str(p) for p in (folder / "data").rglob(".*") if p.name != ".gitignore"]
    assert left == []


def forget_from_training_on(folder: Path) -> Path:
    """Let a finished pipeline be one that has never run further than `score_baselines`."""
    path = folder / "dvc.lock"
    lock = yaml.safe_load(path.read_text())
    for stage in FORGOTTEN:
        for out in lock["stages"].pop(stage)["outs"]:
            left = folder / out["path"]
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    path.write_text(yaml.safe_dump(lock, sort_keys=False))
    shutil.rmtree(folder / ".dvc/cache/runs")
    return folder


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
        for child in children:  # what is left of so small a training would be over before it looks
            child.suspend()
        pipeline.send_signal(signal.SIGKILL)
        pipeline.wait()
        time.sleep(2 * INTERVAL_S)
        for child in children:
            child.resume()
        _, alive = psutil.wait_procs(children, timeout=10)
        assert alive == []
    finally:
        with suppress(ProcessLookupError):  # all of them have ended, as they should
            os.killpg(pipeline.pid, signal.SIGKILL)


def wait_for(condition: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.01)
