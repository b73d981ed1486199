"""What `import ecg_anomaly` offers, and what it costs."""

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import ecg_anomaly
from default_config import pipeline_config
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from toy_detector import toy_records, write_toy_detector

SRC = Path(__file__).resolve().parents[1] / "src"


def test_the_example_of_the_package_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_toy_detector(tmp_path / "data", pipeline_config())
    (tmp_path / "records").mkdir()
    write_record(toy_records()[0], tmp_path / "records")
    monkeypatch.chdir(tmp_path)
    done = doctest.testmod(ecg_anomaly)
    assert (done.failed, done.attempted) == (0, 4)


def test_the_functions_are_those_of_the_rooms() -> None:
    assert ecg_anomaly.load_detector is load_detector
    assert ecg_anomaly.score is score_recording
    assert {"load_detector", "open_record", "score"} <= set(dir(ecg_anomaly))
    assert callable(ecg_anomaly.open_record)


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'train'"):
        ecg_anomaly.train  # noqa: B018
    with pytest.raises(ImportError):
        exec("from ecg_anomaly import train")


def test_importing_the_package_imports_none_of_its_rooms() -> None:
    code = (
        "import sys, ecg_anomaly; print([n for n in sys.modules if n.startswith('ecg_anomaly.')])"
    )
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, cwd=SRC, capture_output=True, text=True, check=True)
    assert shown.stdout == "[]\n"


def test_importing_the_package_takes_no_time() -> None:
    code = (
        "import time; start = time.process_time()\n"
        "import ecg_anomaly\nprint(time.process_time() - start)"
    )
    command = [sys.executable, "-c", code]
    took = [
        float(subprocess.run(command, cwd=SRC, capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(took) < 0.05
