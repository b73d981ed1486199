import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.detector.package import cut_example
from ecg_anomaly.files.digests import folder_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking import registry
from ecg_anomaly.tracking.pipeline_runs import start_run
from ecg_anomaly.tracking.registry import fetch_detector, log_detector
from toy_detector import toy_records, write_toy_detector


@pytest.mark.slow
def test_the_champion_is_brought_as_it_was_packaged(
    project: Path, config: PipelineConfig, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = write_toy_detector(project / "toy", config)
    example = cut_example(toy_records())
    decisions = score_recording(load_detector(folder), example).to_frame()
    with start_run(config) as run:
        log_detector(run, folder, example, decisions, config)
    capfd.readouterr()
    for name in ("models:/ecg-anomaly@champion", "models:/ecg-anomaly/1"):
        with fetch_detector(name) as brought:
            assert folder_sha256(brought) == folder_sha256(folder)
        assert not brought.exists()
    assert "artifacts" not in capfd.readouterr().err
    for name in ("models:/ecg-anomaly@nobody", "models:/other@champion", "models:/x"):
        with pytest.raises(UserError, match="no such registered detector"), fetch_detector(name):
            pass


def test_without_a_store_the_way_out_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DVC_ROOT", raising=False)
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    with pytest.raises(UserError, match="no MLflow store"), fetch_detector("models:/a@b"):
        pass
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    with pytest.raises(UserError, match="does not answer"), fetch_detector("models:/a@b"):
        pass


#: Brings a detector and is stopped while it scores.
FETCHING = """
import time
from pathlib import Path
from ecg_anomaly.files.stop_signals import handled_stop_signals
from ecg_anomaly.tracking import registry
registry.check_reachable = lambda _: None
def download(uri, name, target):
    (Path(target) / "network.onnx").write_text("x")
    return Path(target)
registry._download = download
with handled_stop_signals(), registry.fetch_detector("models:/a@b") as folder:
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_detector_that_a_killed_process_brought_does_not_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    source = str(Path(registry.__file__).parents[2])
    with subprocess.Popen(
        [sys.executable, "-c", FETCHING], env={**os.environ, "PYTHONPATH": source},
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        brought = Path(process.stdout.readline().strip())
        assert (brought / "network.onnx").exists()
        monkeypatch.setattr(registry, "check_reachable", lambda _: None)
        monkeypatch.setattr(registry, "_download", lambda *words: Path(words[-1]))
        with fetch_detector("models:/a@b"):
            assert brought.exists()  # somebody uses it
        process.send_signal(number)
    assert brought.exists() == (number == signal.SIGKILL)
    with fetch_detector("models:/a@b") as own:
        assert list(tmp_path.iterdir()) == [own]
    assert list(tmp_path.iterdir()) == []
