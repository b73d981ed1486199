"""The wheel holds the package and nothing else, and scores a recording where it is installed."""

import sys
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest

from default_config import pipeline_config
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from pipeline_copy import ROOT, call_well, copy_project
from toy_detector import toy_records, write_toy_detector

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        int(version("setuptools").partition(".")[0]) < 77,
        reason="needs setuptools 77, which `make repro` installs",
    ),
]

PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
OFFLINE = ["--no-deps", "--no-index"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel of a copy of the project, with the setuptools of this environment."""
    project = copy_project(tmp_path_factory.mktemp("project"))
    built = tmp_path_factory.mktemp("built")
    call_well([*PIP, "wheel", *OFFLINE, "--no-build-isolation", "-w", str(built), "."], project)
    (path,) = built.glob("*.whl")
    return path


def test_it_holds_the_files_of_the_package_and_its_metadata(wheel: Path) -> None:
    names = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = ROOT / "src/ecg_anomaly"
    files = {p for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert names == {p.relative_to(ROOT / "src").as_posix() for p in files}


def test_where_it_is_installed_it_scores_a_recording(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "installed"
    call_well([*PIP, "install", *OFFLINE, "--target", str(target), str(wheel)], tmp_path)
    detector = write_toy_detector(tmp_path / "toy", pipeline_config())
    (tmp_path / "records").mkdir()
    write_record(toy_records()[0], tmp_path / "records")
    where = "import ecg_anomaly; print(ecg_anomaly.__file__)"
    shown = call_well([sys.executable, "-c", where], tmp_path, PYTHONPATH=str(target))
    assert Path(shown.stdout.strip()).is_relative_to(target)
    command = [str(target / "bin/ecg-anomaly"), "score", "records/s01"]
    call_well([*command, "--detector", str(detector)], tmp_path, PYTHONPATH=str(target))
    written = {path.name for path in (tmp_path / "scored").iterdir()}
    assert written == {"s01.html", "s01.beats.csv", "s01.summary.json", "s01.anom"}
