"""A training from beats to a scorer: it detects, is read back as it was, repeats its bytes."""

import gc
import json
from dataclasses import replace

import numpy as np
import pytest

from default_config import model_config, pipeline_config, training_config
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.beat_scores import area_under_roc
from ecg_anomaly.network.trained_model import read_scorer

KINDS = ("lstm_autoencoder", "lstm_classifier")
TRANSFORM = FeatureTransform(("a_1", "b_1", "a_2"), np.arange(3), np.zeros(3), np.ones(3))
FILES = {"network.onnx", "network.weights.h5", "network.json", "calibration.npz"}


@pytest.fixture
def train(make_inputs, make_network, tmp_path):
    """Return a trainer into a folder of the given name."""
    from ecg_anomaly.network.training.session import train_scorer

    def train(name: str, kind: str, train=None, validation=None, epochs: int = 6):
        folder = tmp_path / name
        folder.mkdir()
        model = model_config(kind=kind, units=6, latent_size=4, samples_per_step=4, dropout=0.1)
        training = training_config(epochs=epochs, batch_size=8, learning_rate=0.03)
        config = pipeline_config(model=model, training=training)
        splits = train or make_inputs(128), validation or make_inputs(40, seed=1)
        return train_scorer(*splits, TRANSFORM, config, folder, lambda _: None), folder

    return train


@pytest.mark.parametrize("kind", KINDS)
def test_a_trained_scorer_detects_is_read_back_as_it_was_and_keeps_no_graph_in_the_memory(
    train, make_inputs, kind
):
    test, before = make_inputs(80, seed=2), count_graphs()
    scorer, folder = train("one", kind)
    assert count_graphs() <= before
    score = scorer.score(test)
    assert area_under_roc(test.anomalous, score) > 0.95
    again, card = read_scorer(folder)
    np.testing.assert_array_equal(again.score(test), score)
    assert (card.kind, card.samples, card.channels, card.features) == (kind, 16, 2, 3)
    assert card.n_leads == 2
    assert card.parameters > 0
    assert json.loads((folder / "network.json").read_text())["classes"] == list("NSVFQ")
    assert {path.name for path in folder.iterdir()} == FILES


def test_abnormal_beats_teach_an_autoencoder_nothing_and_training_repeats_its_bytes(
    train, make_inputs
):
    inputs, validation = make_inputs(128), make_inputs(40, seed=1)
    changed = replace(inputs, sequence=inputs.sequence.copy())
    changed.sequence[inputs.anomalous] = 40.0
    _, one = train("one", "lstm_autoencoder", inputs, validation, epochs=1)
    _, other = train("two", "lstm_autoencoder", changed, validation, epochs=1)
    for name in FILES:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


def count_graphs() -> int:
    """Return how many traced functions of TensorFlow are alive."""
    gc.collect()
    return sum(type(one).__name__ == "FuncGraph" for one in gc.get_objects())


def test_a_split_without_normal_beats_is_a_users_error_and_leaves_nothing(
    train, make_inputs, tmp_path
):
    with pytest.raises(UserError, match="no normal beats to train on in the validation split"):
        train("one", "lstm_autoencoder", validation=make_inputs(aami="V"))
    assert not list((tmp_path / "one").iterdir())
