"""params.yaml: composed as DVC composes it, read back with every rule checked."""

import subprocess
import sys
from pathlib import Path

import pytest

from ecg_anomaly.config.params_file import compose_params, read_params
from ecg_anomaly.files.atomic import write_text
from ecg_anomaly.files.errors import UserError

ROOT = Path(__file__).resolve().parents[2]


def test_overrides_choose_groups_and_values(tmp_path):
    target = tmp_path / "params.yaml"
    compose_params(ROOT, target, ["dataset=mitdb", "model.units=7"])
    text = target.read_text(encoding="utf-8")
    assert "name: mitdb" in text
    assert "units: 7" in text
    assert [path.name for path in tmp_path.iterdir()] == ["params.yaml"]


def test_unknown_choice_leaves_the_old_file_and_says_so_in_one_line(tmp_path):
    (tmp_path / "conf").symlink_to(ROOT / "conf")
    write_text(tmp_path / "params.yaml", "old")
    (tmp_path / "compose.py").write_text(
        "import sys\nfrom pathlib import Path\n"
        "from ecg_anomaly.config.params_file import compose_params\n"
        "from ecg_anomaly.config.hydra_entry import run_reporting_errors\n"
        "run_reporting_errors(lambda: compose_params(Path('.').resolve(), Path('params.yaml'),"
        " sys.argv[1:]))\n"
    )
    result = subprocess.run(
        [sys.executable, "compose.py", "dataset=mitbd"],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT / "src"), "PATH": "", "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 1, result.stderr
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: ")
    assert "mitbd" in line
    assert (tmp_path / "params.yaml").read_text() == "old"


def test_a_folder_without_conf_is_refused(tmp_path):
    with pytest.raises(Exception, match="conf"):
        compose_params(tmp_path, tmp_path / "params.yaml")
    assert list(tmp_path.iterdir()) == []


def test_the_committed_snapshot_is_read():
    assert read_params(ROOT).model.kind == "lstm_multitask"


def test_a_folder_without_a_pipeline_is_refused(tmp_path):
    with pytest.raises(UserError, match="--root"):
        read_params(tmp_path)


def test_a_value_against_its_rule_is_refused(tmp_path):
    text = (ROOT / "params.yaml").read_text(encoding="utf-8").replace("units: 48", "units: 0")
    (tmp_path / "params.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=r"model\.units"):
        read_params(tmp_path)
