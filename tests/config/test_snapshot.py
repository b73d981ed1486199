from pathlib import Path

import pytest

from ecg_anomaly.config.snapshot import read_snapshot
from ecg_anomaly.files.errors import UserError

ROOT = Path(__file__).resolve().parents[2]


def test_the_committed_snapshot_is_read():
    assert read_snapshot(ROOT).model.kind == "lstm_contrast"


def test_a_folder_without_a_pipeline_is_refused(tmp_path):
    with pytest.raises(UserError, match="--root"):
        read_snapshot(tmp_path)


def test_a_value_against_its_rule_is_refused(tmp_path):
    text = (ROOT / "params.yaml").read_text(encoding="utf-8").replace("units: 48", "units: 0")
    (tmp_path / "params.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"model\.units"):
        read_snapshot(tmp_path)
