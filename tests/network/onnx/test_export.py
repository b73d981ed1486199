"""The exported network: says what Keras says, in bytes that repeat."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.network.onnx.onnx_network import OnnxNetwork

KINDS = ("lstm_autoencoder", "lstm_classifier")  # lstm_contrast is the same network
FILES = ("network.onnx", "network.weights.h5")


def export(network, folder: Path) -> Path:
    from ecg_anomaly.network.onnx.export import export_network

    folder.mkdir(exist_ok=True)
    network({tensor.name: np.zeros((1, *tensor.shape[1:])) for tensor in network.inputs})
    export_network(network, folder)
    return folder


def read(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_features", [0, 3])
def test_keras_and_onnx_agree(make_network, make_inputs, tmp_path, kind, n_features):
    network = make_network(kind, (16, 2, n_features), bidirectional=True, dropout=0.3)
    export(network, tmp_path)
    inputs = make_inputs(150, n_features=n_features)
    arrays = {"sequence": inputs.sequence, "features": inputs.features}
    taken = {tensor.name: arrays[tensor.name] for tensor in network.inputs}
    expected = network.predict(taken, verbose=0)
    found = OnnxNetwork(tmp_path / "network.onnx").run(arrays)
    assert set(found) == set(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("kind", KINDS)
def test_two_exports_of_one_network_and_of_its_twin_give_the_same_bytes(
    make_network, tmp_path, kind
):
    network = make_network(kind, bidirectional=True)
    first = read(export(network, tmp_path / "first"))
    assert read(export(network, tmp_path / "again")) == first
    assert read(export(make_network(kind, bidirectional=True), tmp_path / "twin")) == first
    assert read(export(make_network(kind, seed=2), tmp_path / "other")) != first


@pytest.mark.slow
def test_another_process_writes_the_same_bytes(make_network, tmp_path):
    program = f"""
import keras
from ecg_anomaly.config.pipeline_schema import ModelConfig
from ecg_anomaly.network.layers import InputShape
from ecg_anomaly.network.build_network import build_network
from ecg_anomaly.network.onnx.export import export_network
keras.utils.set_random_seed(1)
sizes = dict(units=4, latent_size=3, bidirectional=False, dropout=0.0)
config = ModelConfig(kind='lstm_autoencoder', **sizes)
network = build_network(config, InputShape(16, 2, 3), 5)
network(dict(sequence=keras.ops.zeros((1, 16, 2)), features=keras.ops.zeros((1, 3))))
export_network(network, {str(tmp_path)!r})
"""
    source = Path(__file__).parents[3] / "src"
    environment = {"PYTHONPATH": str(source), "PYTHONHASHSEED": "77", "PATH": ""}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment)
    assert read(tmp_path) == read(export(make_network(), tmp_path / "here"))


def test_weights_go_back_into_a_network_of_the_same_form(make_network, tmp_path):
    network, other = make_network(seed=1), make_network(seed=2)
    export(network, tmp_path)
    other.load_weights(tmp_path / "network.weights.h5")
    for a, b in zip(network.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_nothing_is_said_on_the_terminal(make_network, tmp_path, capfd):
    export(make_network(), tmp_path)
    said = capfd.readouterr()
    assert said.out == ""
