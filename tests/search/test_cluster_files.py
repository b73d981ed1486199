"""The files for a site: they parse, and run the worker with words that it knows."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from default_config import search_config

ROOT = Path(__file__).resolve().parents[2]
CLUSTER = ROOT / "docs/cluster"


def test_slurm_runs_the_worker_with_address_number_and_further_words(tmp_path):
    stub = tmp_path / ".venv/bin/python"
    stub.parent.mkdir(parents=True)
    stub.write_text('#!/bin/sh\nprintf "%s\\n" "$@" "$OMP_NUM_THREADS"\n')
    stub.chmod(0o755)
    environment = {
        "PATH": os.environ["PATH"], "SLURM_SUBMIT_DIR": str(tmp_path),
        "SLURM_ARRAY_TASK_ID": "3", "STORAGE": "postgresql+psycopg://me@host/sweep",
    }  # fmt: skip
    command = ["bash", str(CLUSTER / "slurm.sh"), "search=smoke"]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines() == [
        "src/search_architecture.py", "search.storage=postgresql+psycopg://me@host/sweep",
        "search.worker=3", "search=smoke", "1",
    ]  # fmt: skip
    del environment["STORAGE"]
    assert subprocess.run(command, env=environment, capture_output=True, check=False).returncode


def test_kubernetes_runs_the_worker_with_address_and_number():
    job = yaml.safe_load((CLUSTER / "kubernetes.yaml").read_text(encoding="utf-8"))
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert job["spec"]["completionMode"] == "Indexed"
    (words,) = container["args"]
    assert 'python src/search_architecture.py search.storage="$STORAGE"' in words
    named = {variable["name"] for variable in container["env"]}
    assert {"STORAGE", "OMP_NUM_THREADS"} <= named
    mounts = {m["name"] for m in container["volumeMounts"]}
    assert mounts == {v["name"] for v in job["spec"]["template"]["spec"]["volumes"]}


@pytest.mark.parametrize("path", sorted(CLUSTER.iterdir()), ids=lambda p: p.name)
def test_every_setting_and_script_that_is_named_exists(path):
    text = path.read_text(encoding="utf-8")
    settings = set(re.findall(r"search\.(\w+)=", text)) | set(re.findall(r"`search\.(\w+)`", text))
    assert settings <= vars(search_config()).keys()
    assert all((ROOT / name).is_file() for name in re.findall(r"src/\w+\.py", text))
    assert "search.worker=" in text
