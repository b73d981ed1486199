"""The script that composes params.yaml: as DVC does, with the choices of its command line."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def compose(folder, *words):
    """Run the script in a folder with a copy of conf/."""
    (folder / "src").mkdir(exist_ok=True)
    shutil.copy(ROOT / "src/compose_params.py", folder / "src")
    shutil.copytree(ROOT / "conf", folder / "conf", dirs_exist_ok=True)
    return subprocess.run(
        [sys.executable, "src/compose_params.py", *words], cwd=folder, capture_output=True,
        env=os.environ | {"PYTHONPATH": str(ROOT / "src")}, text=True, check=False,
    )  # fmt: skip


def test_it_writes_what_is_committed_and_what_is_chosen(tmp_path):
    assert compose(tmp_path).returncode == 0
    assert (tmp_path / "params.yaml").read_bytes() == (ROOT / "params.yaml").read_bytes()
    assert compose(tmp_path, "dataset=mitdb", "model.units=7").returncode == 0
    text = (tmp_path / "params.yaml").read_text(encoding="utf-8")
    assert "name: mitdb" in text
    assert "units: 7" in text


def test_a_choice_that_does_not_exist_is_one_line(tmp_path):
    done = compose(tmp_path, "dataset=mitbd")
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "mitbd" in done.stderr
    assert not (tmp_path / "params.yaml").exists()
