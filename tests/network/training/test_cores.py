"""Neither the cores of a machine nor the process that trains are part of a result."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[3] / "src"

PROGRAM = """
import os, sys
os.sched_setaffinity(0, list(os.sched_getaffinity(0))[: int(sys.argv[1])])
import numpy as np
from ecg_anomaly.config.pipeline_schema import ModelConfig
from ecg_anomaly.network.input_shape import InputShape
from ecg_anomaly.network.networks import build_network
from ecg_anomaly.network.onnx.onnx_graph import export_networks
from ecg_anomaly.network.keras_network import seed_everything

seed_everything(1)
sizes = dict(units=4, layers=1, latent_size=3, bidirectional=False, samples_per_step=4)
config = ModelConfig(kind="lstm_autoencoder", use_features=True, dropout=0.0, **sizes)
network = build_network(config, InputShape(16, 2, 3), 5)
export_networks([network], sys.argv[2] + "/untrained")

seed_everything(1)
config = ModelConfig(
    kind="lstm_contrast", units=48, layers=1, bidirectional=True, latent_size=16,
    samples_per_step=12, use_features=True, dropout=0.1,
)
network = build_network(config, InputShape(96, 4, 30), 5)
network.compile(optimizer="adam", loss={"probability": "sparse_categorical_crossentropy"})
rng = np.random.default_rng(0)
for _ in range(2):
    beats = {"sequence": rng.normal(size=(512, 96, 4)), "features": rng.normal(size=(512, 30))}
    network.train_on_batch(beats, {"probability": rng.integers(0, 5, 512)})
export_networks([network], sys.argv[2])
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
        reason="needs two cores",
    ),
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Train a network in a process of one core and in another one of two: what each wrote."""
    folders = [tmp_path_factory.mktemp(f"cores{cores}") for cores in (1, 2)]
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    environment = {k: v for k, v in environment.items() if not k.startswith("TF_NUM_")}
    started = []
    for cores, folder in enumerate(folders, start=1):
        (folder / "untrained").mkdir()
        command = [sys.executable, "-c", PROGRAM, str(cores), str(folder)]
        seeded = {**environment, "PYTHONHASHSEED": str(76 + cores)}
        started.append(subprocess.Popen(command, env=seeded, cwd=SRC))
    assert [process.wait() for process in started] == [0, 0]
    return folders


def test_one_core_and_two_train_the_same_network(written: list[Path]) -> None:
    networks = [(folder / "network.onnx").read_bytes() for folder in written]
    assert len({hashlib.sha256(each).hexdigest() for each in networks}) == 1


def test_another_process_writes_the_same_bytes(written: list[Path], make_network, tmp_path) -> None:
    from ecg_anomaly.network.onnx.onnx_graph import export_networks

    export_networks([make_network()], tmp_path)
    for name in ("network.onnx", "network.weights.h5"):
        for folder in written:
            assert (folder / "untrained" / name).read_bytes() == (tmp_path / name).read_bytes()
