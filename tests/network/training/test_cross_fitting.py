"""Networks of several folds: who is scored by whom, and the detector that they make together."""

import json
from dataclasses import replace

import numpy as np
import pytest

from default_config import model_config, pipeline_config, training_config
from ecg_anomaly.beats.splits.subject_folds import assign_folds
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.files.array_tables import concatenate_tables
from ecg_anomaly.network.beat_scores import area_under_roc
from ecg_anomaly.network.trained_model import read_scorer

TRANSFORM = FeatureTransform(("a_1", "b_1", "a_2"), np.arange(3), np.zeros(3), np.ones(3))
FILES = {
    "network.onnx", "network_1.weights.h5", "network_2.weights.h5", "network.json",
    "calibration.npz",
}  # fmt: skip


@pytest.fixture(scope="module")
def train(tmp_path_factory):
    """Train two folds; returns the beats scored, their scores, and the folder."""
    from ecg_anomaly.network.training.cross_fitting import train_detector
    from ecg_anomaly.network.training.epoch_log import EpochLog

    def train(train, validation, folds=2, kind="lstm_multitask"):
        folder = tmp_path_factory.mktemp("trained")
        model = model_config(kind=kind, units=6, latent_size=4, samples_per_step=4, dropout=0.1)
        training = training_config(folds=folds, epochs=4, batch_size=8, learning_rate=0.03)
        config = pipeline_config(model=model, training=training)
        log = EpochLog(4, [])
        scored, scores = train_detector(train, validation, TRANSFORM, config, folder, log)
        return scored, scores, folder

    return train


def some_beats(make_inputs):
    """Beats of eight subjects, four to train and four to validate; synthetic ones among them.

    Whatever a network leaves out, its beats fill batches of eight: Keras traces a step anew for a
    smaller batch.
    """
    first, second = make_inputs(96), make_inputs(96, seed=1)
    names = np.char.replace(second.subject, "p", "q")
    for inputs in (first, second):
        inputs.synthetic[3::8] = "anomaly"
    first.synthetic[noisy_copies(first)] = "noise"
    return first, replace(second, subject=names, record=names)


def noisy_copies(inputs):
    """Eight beats of each of two subjects."""
    return np.isin(inputs.subject, ["p0", "p1"]) & (np.arange(len(inputs)) < 32)


@pytest.fixture(scope="module")
def trained(train, make_inputs):
    """Train with `some_beats`, once."""
    return train(*some_beats(make_inputs))


def test_every_recorded_beat_is_scored_by_a_network_that_has_not_seen_its_subject(
    train, trained, make_inputs
):
    first, second = some_beats(make_inputs)
    scored, (score, _), _ = trained
    assert len(scored) == first.recorded.sum() + second.recorded.sum()
    assert area_under_roc(scored.anomalous, score) > 0.95
    # What is changed in one subject changes the networks of all folds but its own.
    beats = concatenate_tables([first, second])
    folds = assign_folds(beats.subject, beats.anomalous & beats.recorded, 2)
    mine = next(fold for fold in folds if "p1" in fold)
    sequence = np.where((first.subject == "p1")[:, None, None], 0.5, 1) * first.sequence
    changed = replace(first, sequence=sequence.astype(np.float32))
    _, (other, _), _ = train(changed, second)
    same = score == other
    others = scored.subject != "p1"
    np.testing.assert_array_equal(same[others], np.isin(scored.subject, mine)[others])


def test_the_detector_is_the_mean_of_the_networks(trained):
    scored, (score, alone), folder = trained
    assert {path.name for path in folder.iterdir()} == FILES
    scorer, card = read_scorer(folder)
    assert card.networks == 2
    whole = scorer.score(scored)
    assert area_under_roc(scored.anomalous, whole) > 0.95
    assert np.isfinite(score).all()
    assert np.isfinite(alone).all()
    assert not np.array_equal(score, alone)
    probability = scorer.explain(scored)["probability"]
    assert probability.shape == (len(scored), 2, 5)
    assert json.loads((folder / "network.json").read_text())["networks"] == 2


def test_with_one_fold_the_validation_beats_are_scored(train, make_inputs):
    first, second = some_beats(make_inputs)
    scored, (score, _), folder = train(first, second, folds=1, kind="lstm_contrast")
    assert set(scored.subject) == set(second.subject)
    scorer, card = read_scorer(folder)
    assert card.networks == 1
    np.testing.assert_array_equal(scorer.score(scored), score)


def test_the_second_network_does_not_depend_on_noisy_copies(train, trained, make_inputs):
    first, second = some_beats(make_inputs)
    louder = replace(first, sequence=first.sequence.copy())
    louder.sequence[noisy_copies(first)] *= 3
    scored, (score, _), folder = trained
    _, (other, _), again = train(louder, second)
    weights = [[f / f"network_{k}.weights.h5" for f in (folder, again)] for k in (1, 2)]
    assert [a.read_bytes() == b.read_bytes() for a, b in weights] == [False, True]
    beats = concatenate_tables([first, second])
    without_second = assign_folds(beats.subject, beats.anomalous & beats.recorded, 2)[1]
    np.testing.assert_array_equal(score == other, np.isin(scored.subject, without_second))
