from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from default_config import model_config
from ecg_anomaly.config.pipeline_schema import ModelConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.trained_model import NetworkCard
from lab.trained_keras import StackedNetworks, TrainedKeras, load_model

CARD = NetworkCard("lstm_autoencoder", 16, 2, 3, 2, 0, list("NSVFQ"), 1)


def tiny(kind: str = "lstm_autoencoder", **changes) -> ModelConfig:
    sizes = {"units": 4, "latent_size": 3, "bidirectional": False, "samples_per_step": 4}
    sizes |= {"dropout": 0.0, **changes}
    return model_config(kind=kind, **sizes)


@pytest.mark.parametrize("kind", ["lstm_autoencoder", "lstm_classifier"])
@pytest.mark.parametrize("changes", [{}, {"bidirectional": True}, {"layers": 2}])
def test_a_model_gets_the_weights_that_were_saved(
    make_network, tmp_path: Path, kind: str, changes: dict
) -> None:
    network = make_network(kind, **changes)
    network.save_weights(tmp_path / "w.weights.h5")
    found = load_model(tmp_path / "w.weights.h5", tiny(kind, **changes), CARD)
    for mine, theirs in zip(found.get_weights(), network.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("changes", [{"units": 6}, {"layers": 2}, {"bidirectional": True}])
@pytest.mark.filterwarnings("default::UserWarning")
def test_weights_of_another_network_are_refused(
    make_network, tmp_path: Path, changes: dict
) -> None:
    make_network().save_weights(tmp_path / "w.weights.h5")
    with pytest.raises(UserError, match="not the weights of this lstm_autoencoder"):
        load_model(tmp_path / "w.weights.h5", tiny(**changes), CARD)


def test_a_missing_and_a_broken_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.weights.h5"
    with pytest.raises(UserError, match="no such file"):
        load_model(path, tiny(), CARD)
    path.write_bytes(b"not a weights file")
    with pytest.raises(UserError, match="not the weights"):
        load_model(path, tiny(), CARD)


@pytest.mark.parametrize("features", [0, 3])
def test_random_beats_have_the_shape_of_the_network(features):
    card = NetworkCard("lstm_classifier", 96, 4, features, 2, 0, ["N"], 1)
    synthetic = TrainedKeras(SimpleNamespace(), card).make_beats(5)
    assert synthetic["sequence"].shape == (5, 96, 4)
    assert ("features" in synthetic) == bool(features)
    assert all(values.dtype == np.float32 for values in synthetic.values())


def test_networks_of_several_folds_are_stacked_as_the_exported_ones_are(make_network, tmp_path):
    from ecg_anomaly.network.onnx.onnx_graph import export_networks
    from ecg_anomaly.network.onnx.onnx_network import OnnxNetwork

    networks = [make_network("lstm_multitask", seed=seed) for seed in (1, 2)]
    export_networks(networks, tmp_path)
    rng = np.random.default_rng(0)
    arrays = {
        "sequence": rng.normal(size=(5, 16, 2)).astype(np.float32),
        "features": rng.normal(size=(5, 3)).astype(np.float32),
    }
    expected = OnnxNetwork(tmp_path / "network.onnx").run(arrays)
    found = StackedNetworks(networks).run(arrays)
    assert set(found) == set(expected)
    for name, values in found.items():
        np.testing.assert_allclose(values, expected[name], atol=1e-5, err_msg=name)
