"""The number of cores of a machine is no part of a result."""

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
from ecg_anomaly.network.onnx.onnx_graph import export_network
from ecg_anomaly.network.keras_network import seed_everything
seed_everything(1)
config = ModelConfig(
    kind="lstm_contrast", units=48, layers=1, bidirectional=True, latent_size=16,
    samples_per_step=4, use_features=True, dropout=0.1,
)
network = build_network(config, InputShape(96, 4, 30), 5)
network.compile(optimizer="adam", loss={"probability": "sparse_categorical_crossentropy"})
rng = np.random.default_rng(0)
for _ in range(3):
    beats = {"sequence": rng.normal(size=(512, 96, 4)), "features": rng.normal(size=(512, 30))}
    network.train_on_batch(beats, {"probability": rng.integers(0, 5, 512)})
export_network(network, sys.argv[2])
"""


@pytest.mark.slow
@pytest.mark.skipif(
    not hasattr(os, "sched_getaffinity") or len(os.sched_getaffinity(0)) < 2,
    reason="needs two cores",
)
def test_one_core_and_two_train_the_same_network(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.endswith("_NUM_THREADS")}
    environment = {k: v for k, v in environment.items() if not k.startswith("TF_NUM_")}
    started = []
    for cores in ("1", "2"):
        (tmp_path / cores).mkdir()
        command = [sys.executable, "-c", PROGRAM, cores, str(tmp_path / cores)]
        started.append(subprocess.Popen(command, env=environment, cwd=SRC))
    assert [process.wait() for process in started] == [0, 0]
    written = [(tmp_path / cores / "network.onnx").read_bytes() for cores in ("1", "2")]
    assert len({hashlib.sha256(each).hexdigest() for each in written}) == 1
