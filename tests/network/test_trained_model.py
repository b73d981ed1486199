"""The folder of a trained model: what is written is read back, and only when it is complete."""

import json

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.input_shape import InputShape
from ecg_anomaly.network.scorer import BeatScorer
from ecg_anomaly.network.trained_model import NetworkCard, read_scorer, write_scorer

CARD = NetworkCard("lstm_autoencoder", 16, 2, 3, 2, 99, ["N"], 1)
CALIBRATION = {"mean": np.zeros(2), "scale": np.ones(2), "vectors": np.eye(2)}


@pytest.fixture
def folder(tmp_path, make_network):
    """Write a folder as stage `train` leaves it."""
    from ecg_anomaly.network.onnx.onnx_graph import export_networks

    network = make_network("lstm_autoencoder")
    export_networks([network], tmp_path)
    write_scorer(tmp_path, BeatScorer("lstm_autoencoder", None, CALIBRATION), CARD)
    return tmp_path


def test_card_and_calibration_come_back_as_they_were(folder, make_inputs):
    scorer, card = read_scorer(folder)
    assert card == CARD
    assert card.shape == InputShape(samples=16, channels=2, features=3)
    assert scorer.kind == "lstm_autoencoder"
    assert scorer.calibration.keys() == CALIBRATION.keys()
    for name, values in CALIBRATION.items():
        np.testing.assert_array_equal(scorer.calibration[name], values)
    assert scorer.explain(make_inputs(5))["reconstruction"].shape == (5, 16, 2)


def test_the_card_is_json_that_people_can_read(folder):
    assert json.loads((folder / "network.json").read_text())["parameters"] == 99


@pytest.mark.parametrize("name", ["network.json", "network.onnx", "calibration.npz"])
def test_a_folder_without_one_of_its_files_is_refused_by_the_files_name(folder, name):
    (folder / name).unlink()
    with pytest.raises(UserError, match=name.replace(".", r"\.")):
        read_scorer(folder)
