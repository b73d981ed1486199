import json
import subprocess
import sys

import pytest

from pipeline_copy import ROOT

pytestmark = pytest.mark.slow


def test_the_counts_are_printed_and_reported(model, tmp_path):
    command = [
        sys.executable, "-m", "lab.fuzzing", "--cases", "60", "--seed", "7",
        "--detector", str(model), "--report", str(tmp_path / "report.json"),
    ]  # fmt: skip
    shown = subprocess.run(command, cwd=ROOT / "src", capture_output=True, text=True, check=False)
    assert shown.returncode == 0, shown.stdout + shown.stderr
    report = json.loads((tmp_path / "report.json").read_text())
    assert sum(sum(outcomes.values()) for outcomes in report["counts"].values()) == 60
    assert report["failures"] == []
    assert report["slowest"]["seconds"] < 2
    lines = shown.stdout.splitlines()
    assert any(line.split() == ["all", "60"] for line in lines)
