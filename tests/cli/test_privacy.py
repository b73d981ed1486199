"""Scoring writes into the output folder alone and opens no network connection."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline_copy import ROOT

FILES = "openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,symlink,symlinkat"

#: Variables that would switch telemetry off from outside: the package must do it by itself.
FROM_OUTSIDE = ("ORT_DISABLE_TELEMETRY", "MLFLOW_DISABLE_TELEMETRY", "DO_NOT_TRACK")


@pytest.fixture
def run(model: Path, records: Path, tmp_path: Path):
    """Return a function that runs the command with an empty home folder, under a prefix."""
    home = tmp_path / "home"
    home.mkdir()
    kept = {k: v for k, v in os.environ.items() if k not in FROM_OUTSIDE and "XDG" not in k}
    environment = {
        **kept, "HOME": str(home), "PYTHONPATH": str(ROOT / "src"), "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip

    def call(*prefix: str, options: tuple[str, ...] = ()) -> Path:
        paths = [str(records / "s01"), str(records / "s02"), "--detector", str(model)]
        command = [sys.executable, "-m", "ecg_anomaly.cli.main", "score", *paths, *options]
        output = ["--output", str(tmp_path / "out")]
        done = subprocess.run(
            [*prefix, *command, *output], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return home

    return call


@pytest.mark.parametrize("options", [(), ("--workers", "2")])
def test_nothing_is_written_into_the_home_folder(run, options) -> None:
    assert list(run(options=options).rglob("*")) == []


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace, see .ci/debian-packages")
def test_no_socket_is_opened_and_no_file_outside_the_output_is_written(run, tmp_path) -> None:
    trace = tmp_path / "trace"
    run("strace", "-f", "-qq", "-o", str(trace), "-e", f"trace=%network,{FILES}")
    calls = trace.read_text(errors="replace").splitlines()
    assert any("O_CREAT" in line for line in calls)
    # A socket pair of the same machine joins worker processes and reaches nobody else.
    assert [line for line in calls if re.search(r"\bsocket\(|\bconnect\(", line)] == []
    writes = [line for line in calls if re.search(r"O_CREAT|O_TRUNC|O_WRONLY|O_RDWR|rename", line)]
    outside = [line for line in writes if str(tmp_path / "out") not in line]
    assert [line for line in outside if "/dev/" not in line] == []
