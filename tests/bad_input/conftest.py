import shutil
from pathlib import Path

import pytest

from ecg_anomaly.config.params_file import compose_params
from forked_scripts import run_script
from pipeline_copy import ROOT
from toy_folder import scripts_of, write_toy_folder


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a folder of sound records and the parameters to read them."""
    folder = tmp_path_factory.mktemp("sound")
    write_toy_folder(folder / "mine")
    compose_params(ROOT, folder / "params.yaml", ["dataset=wfdb_folder", "tracking.enabled=false"])
    return folder


@pytest.fixture
def work(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "work"))


@pytest.fixture(scope="session")
def read_once(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("read") / "work"
    shutil.copytree(sound, folder)
    result = run_script(scripts_of(folder / "mine")["extract_records"], folder)
    assert result.returncode == 0, result.stderr
    return folder


@pytest.fixture
def extracted(read_once: Path, tmp_path: Path) -> Path:
    """Give a work folder whose records have been extracted."""
    return Path(shutil.copytree(read_once, tmp_path / "work"))
