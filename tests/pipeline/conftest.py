import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from made_once import make_once
from pipeline_copy import STAGES, call_well, clean_environment, new_clone, stages_run
from warm_python import warm_dvc, warm_python


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a folder with a `python` that need not import the libraries."""
    with warm_python(tmp_path_factory.mktemp("python"), clean_environment()) as folder:
        yield folder


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """Make a clone in which `dvc repro` has run to its end; what it said stands beside it."""

    def make(home: Path) -> None:
        run_pipeline(home, request.getfixturevalue("python"))

    return make_once(tmp_path_factory, "clone", make) / "project"


def run_pipeline(home: Path, python: Path) -> None:
    """Run the pipeline in a new clone."""
    folder = new_clone(home / "project")
    shown = call_well(warm_dvc(python, "repro"), folder, 600)
    assert stages_run(shown.stdout) == STAGES
    assert "Traceback" not in shown.stderr
    (home / "said").write_text(shown.stdout + shown.stderr)


@pytest.fixture
def copied(clone: Path, tmp_path: Path) -> Path:
    """Give a copy of the finished clone, cache and all but logged models, that may be changed."""
    left_out = shutil.ignore_patterns("mlartifacts")
    return Path(shutil.copytree(clone, tmp_path / "copied", ignore=left_out))
