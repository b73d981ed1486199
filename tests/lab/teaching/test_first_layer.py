from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.config.pipeline_schema import ModelConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.trained_model import NetworkCard
from lab.teaching.first_layer import FirstLayer, read_first_layer

CARD = NetworkCard("lstm_autoencoder", 16, 2, 3, 2, 0, list("NSVFQ"))


def tiny(kind: str = "lstm_autoencoder", **changes) -> ModelConfig:
    sizes = {"units": 4, "latent_size": 3, "bidirectional": False, "dropout": 0.0, **changes}
    return ModelConfig(kind=kind, **sizes)


@pytest.mark.parametrize("kind", ["lstm_autoencoder", "lstm_classifier"])
@pytest.mark.parametrize("changes", [{}, {"bidirectional": True}, {"layers": 2}])
def test_the_weights_are_those_of_the_first_layer_reading_forward(
    make_network, tmp_path: Path, kind: str, changes: dict
) -> None:
    network = make_network(kind, **changes)
    network.save_weights(tmp_path / "w.weights.h5")
    found = read_first_layer(tmp_path / "w.weights.h5", tiny(kind, **changes), CARD).weights
    for mine, theirs in zip(
        (found.kernel, found.recurrent, found.bias), network.get_weights(), strict=False
    ):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("kind", ["lstm_autoencoder", "lstm_classifier"])
def test_a_step_begins_with_its_samples_side_by_side_and_their_leads_together(
    make_network, make_inputs, kind: str
) -> None:
    inputs = make_inputs(3)
    steps = FirstLayer(make_network(kind, samples_per_step=4)).steps(inputs)
    assert steps.shape[:2] == (3, 4)
    for step in range(4):
        samples = inputs.sequence[:, 4 * step : 4 * step + 4].reshape(3, 8)
        np.testing.assert_array_equal(steps[:, step, :8], samples)


@pytest.mark.parametrize("changes", [{"units": 6}, {"layers": 2}, {"bidirectional": True}])
@pytest.mark.filterwarnings("default::UserWarning")
def test_weights_of_another_network_are_refused(
    make_network, tmp_path: Path, changes: dict
) -> None:
    make_network().save_weights(tmp_path / "w.weights.h5")
    with pytest.raises(UserError, match="not the weights of this lstm_autoencoder"):
        read_first_layer(tmp_path / "w.weights.h5", tiny(**changes), CARD)


def test_a_missing_and_a_broken_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "w.weights.h5"
    with pytest.raises(UserError, match="no such file"):
        read_first_layer(path, tiny(), CARD)
    path.write_bytes(b"not a weights file")
    with pytest.raises(UserError, match="not the weights"):
        read_first_layer(path, tiny(), CARD)
