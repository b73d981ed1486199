"""What a network may learn from, and what is said when there is nothing."""

import numpy as np
import pytest

from ecg_anomaly.beats.labels import AAMI_CLASSES
from ecg_anomaly.errors import UserError
from ecg_anomaly.training.targets import choose_training_beats


def test_an_autoencoder_learns_from_normal_beats_only(make_inputs):
    chosen = choose_training_beats(make_inputs(aami="NSVN"), "lstm_autoencoder")
    assert set(chosen.inputs.aami) == {"N"}
    assert len(chosen.inputs) == 30
    assert chosen.one_hot is None
    assert chosen.weight is None


def test_an_autoencoder_learns_from_every_beat_where_nobody_labelled_any(make_inputs):
    assert len(choose_training_beats(make_inputs(aami=""), "lstm_autoencoder").inputs) == 60


def test_unlabelled_beats_among_labelled_ones_do_not_pass_for_normal(make_inputs):
    inputs = make_inputs(aami="NV")
    inputs.aami[:20] = ""
    assert len(choose_training_beats(inputs, "lstm_autoencoder").inputs) == 20
    assert len(choose_training_beats(inputs, "lstm_classifier").inputs) == 40


def test_a_classifier_learns_the_class_of_each_labelled_beat(make_inputs):
    chosen = choose_training_beats(make_inputs(aami="NNSVFQ"), "lstm_classifier")
    found = np.array(AAMI_CLASSES)[chosen.one_hot.argmax(axis=1)]
    np.testing.assert_array_equal(found, chosen.inputs.aami)
    assert set(chosen.one_hot.sum(axis=1)) == {1}


def test_rare_classes_weigh_more_within_the_limit_and_the_mean_is_one(make_inputs):
    chosen = choose_training_beats(
        make_inputs(2000, aami="N" * 499 + "V" + "N" * 250 + "S" * 250), "lstm_classifier"
    )
    weight = {name: chosen.weight[chosen.inputs.aami == name][0] for name in "NSV"}
    assert weight["N"] < weight["S"] < weight["V"]
    assert weight["V"] / weight["N"] == pytest.approx(MOST_WEIGHT)
    assert weight["S"] / weight["N"] == pytest.approx(np.sqrt(749 / 250))
    assert chosen.weight.mean() == pytest.approx(1, rel=1e-5)


@pytest.mark.parametrize("aami", ["V", "SVFQ"])
def test_no_normal_beats_are_the_users_to_mend(make_inputs, aami):
    with pytest.raises(UserError, match="no normal beats to train on in the validation side"):
        choose_training_beats(make_inputs(aami=aami), "lstm_autoencoder", "validation")


@pytest.mark.parametrize("kind", ["lstm_autoencoder", "lstm_classifier"])
def test_an_empty_side_is_the_users_to_mend(make_inputs, kind):
    with pytest.raises(UserError, match="train side"):
        choose_training_beats(make_inputs(n=0), kind)


@pytest.mark.parametrize("aami", ["N", "V", "SV", ""])
def test_a_classifier_refuses_a_side_without_two_kinds_of_beats(make_inputs, aami):
    with pytest.raises(UserError, match=r"the train side has no .*abnormal beats") as caught:
        choose_training_beats(make_inputs(aami=aami), "lstm_classifier")
    assert caught.value.where == "model.kind"
    assert "lstm_autoencoder" in caught.value.way_out
