import fcntl
import os
import shutil
from pathlib import Path

import pytest

from pipeline_copy import STAGES, call_well, dvc, new_clone, stages_run


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a clone in which `dvc repro` has run to its end; what it said stands beside it.

    Workers of xdist share it: the first that asks makes it, others wait for it. Nothing may be
    changed in it.
    """
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    home = shared / "clone"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "said").exists():
            run_pipeline(home)
    return home / "project"


def run_pipeline(home: Path) -> None:
    """Run the pipeline in a new clone; what it said is written once it has ended well."""
    shutil.rmtree(home / "project", ignore_errors=True)
    folder = new_clone(home / "project")
    shown = call_well(dvc("repro"), folder, 600)
    assert stages_run(shown.stdout) == STAGES
    assert "Traceback" not in shown.stderr
    (home / "said").write_text(shown.stdout + shown.stderr)


@pytest.fixture
def copied(clone: Path, tmp_path: Path) -> Path:
    """Give a copy of the finished clone, cache and all but logged models, that may be changed."""
    left_out = shutil.ignore_patterns("mlartifacts")
    return Path(shutil.copytree(clone, tmp_path / "copied", ignore=left_out))
