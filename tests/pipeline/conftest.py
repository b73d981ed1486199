import shutil
from pathlib import Path

import pytest

from made_once import make_once
from pipeline_copy import STAGES, call_well, dvc, new_clone, stages_run


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a clone in which `dvc repro` has run to its end; what it said stands beside it."""
    return make_once(tmp_path_factory, "clone", run_pipeline) / "project"


def run_pipeline(home: Path) -> None:
    """Run the pipeline in a new clone."""
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
