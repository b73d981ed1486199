import shutil
from pathlib import Path

import pytest

from pipeline_copy import STAGES, call_well, dvc, new_clone, stages_run


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a clone in which `dvc repro` has run to its end; what it said stands beside it."""
    folder = new_clone(tmp_path_factory.mktemp("clone") / "project")
    shown = call_well(dvc("repro"), folder, 600)
    assert stages_run(shown.stdout) == STAGES
    assert "Traceback" not in shown.stderr
    (folder.parent / "said").write_text(shown.stdout + shown.stderr)
    return folder


@pytest.fixture
def copied(clone: Path, tmp_path: Path) -> Path:
    """Give a copy of the finished clone, cache and all, that may be changed."""
    return Path(shutil.copytree(clone, tmp_path / "copied"))
