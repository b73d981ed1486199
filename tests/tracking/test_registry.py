from pathlib import Path

import pytest

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.package import cut_example, load_detector
from ecg_anomaly.files.digests import folder_sha256
from ecg_anomaly.files.errors import UserError
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
