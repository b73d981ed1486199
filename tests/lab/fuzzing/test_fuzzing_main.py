"""Hundreds of damaged files, and the command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from lab.fuzzing import fuzz_trial as trial
from lab.fuzzing.__main__ import Tally, run_campaign
from pipeline_copy import ROOT

CASES = 600


def test_damaged_files_are_read_or_refused(model: Path) -> None:
    tally = Tally()
    for seed, outcome in run_campaign(0, CASES, model):
        tally.add(seed, outcome)
    assert tally.failures == []
    assert sum(tally.counts.values()) == CASES
    kinds = {kind for kind, _ in tally.counts}
    assert kinds >= {"csv", "parquet", "edf", "edf+d", "wfdb 212", "wfdb segments", "detector"}
    assert kinds >= {"scp", "aecg", "muse", "philips XLI", "philips Base64", "philips Plain"}
    totals = {w: sum(n for (_, x), n in tally.counts.items() if x == w) for w in trial.WELL}
    # Neither is everything refused, nor does anything go.
    assert min(totals.values()) > CASES / 50
    assert tally.slowest is not None


@pytest.mark.measurement
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
