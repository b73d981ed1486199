"""Kills are counted right: a command that leaves something is found out."""

import json
import sys
import time
from pathlib import Path

import pytest

from ecg_anomaly.files.digests import file_sha256
from lab.attacks import kill_runs
from lab.attacks.kill_runs import count_half_written, count_unequal, kill_scoring

#: Starts a process that outlives it and writes later, and leaves a temporary file.
CARELESS = """
import subprocess, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
folder.mkdir(exist_ok=True)
if sys.argv[2:]:
    (folder / ".a.abcdefgh.tmp").touch()
    later = "import sys, time; time.sleep(1); open(sys.argv[1] + '/late', 'w').close()"
    subprocess.Popen([sys.executable, "-c", later + "; time.sleep(1)", str(folder)])
    time.sleep(30)
"""


def test_a_careless_command_is_found_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kill_runs, "SCORE_GRACE_S", 0.5)
    monkeypatch.setattr(kill_runs.random.Random, "uniform", lambda *_: 0.8)
    (tmp_path / "whole").mkdir()
    command = [sys.executable, "-c", CARELESS, str(tmp_path / "out")]
    monkeypatch.setattr(kill_runs.subprocess, "run", lambda *_, **__: time.sleep(2))
    counts = kill_scoring([*command, "wait"], tmp_path / "out", tmp_path / "whole", 1.0, 1, 0)
    assert (counts.kills, counts.late, counts.processes) == (1, 0, 1)
    assert counts.temporary == {"SIGKILL": 1}
    assert counts.unequal == 2


def test_files_of_two_runs_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    table = tmp_path / "a/s.beats.csv"
    table.write_text("x")
    summary = {"files": {table.name: file_sha256(table)}}
    (tmp_path / "a/s.summary.json").write_text(json.dumps(summary))
    assert count_half_written(tmp_path / "a") == 0
    table.write_text("y")
    assert count_half_written(tmp_path / "a") == 1
    assert count_unequal(tmp_path / "a", tmp_path / "b") == 2
