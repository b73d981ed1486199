"""Neither the cores of a machine nor the process that trains are part of a result."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

SRC = str(Path(__file__).resolve().parents[3] / "src")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
        reason="needs two cores",
    ),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Train in this process of one thread and in another one of two cores: what each wrote."""
    import two_networks

    folders = [tmp_path_factory.mktemp(name) for name in ("here", "there")]
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    environment = {k: v for k, v in environment.items() if not k.startswith("TF_NUM_")}
    command = [sys.executable, two_networks.__file__, str(folders[1])]
    other = subprocess.Popen(command, env={**environment, "PYTHONPATH": SRC})
    two_networks.write_networks(folders[0])
    assert other.wait() == 0
    return folders


def test_one_thread_and_two_cores_train_the_same_network(written: list[Path]) -> None:
    one, other = ((folder / "trained/network.onnx").read_bytes() for folder in written)
    assert hashlib.sha256(one).hexdigest() == hashlib.sha256(other).hexdigest()


def test_another_process_writes_the_same_bytes(written: list[Path]) -> None:
    for name in ("network.onnx", "network.weights.h5"):
        one, other = ((folder / "untrained" / name).read_bytes() for folder in written)
        assert one == other
