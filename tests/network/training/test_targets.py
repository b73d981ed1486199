"""What a network may learn from, and the errors when there is nothing to learn from."""

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.scorer import HEADS
from ecg_anomaly.network.training.targets import (
    beats_of_network,
    choose_training_beats,
    draw_epoch,
)
from ecg_anomaly.records.beat_labels import AAMI_CLASSES


def test_an_autoencoder_learns_from_normal_beats_only(make_inputs):
    chosen = choose_training_beats(make_inputs(aami="NSVN"), "lstm_autoencoder")
    assert set(chosen.inputs.aami) == {"N"}
    assert len(chosen.inputs) == 30
    assert chosen.one_hot is None


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


@pytest.mark.parametrize(
    ("kind", "learned"),
    [
        ("lstm_autoencoder", ""),
        ("lstm_contrast", "N"),
        ("lstm_classifier", "NV"),
        ("lstm_multitask", "NV"),
    ],
)
def test_noisy_copies_are_learned_from_by_all_but_the_autoencoder(make_inputs, kind, learned):
    inputs = make_inputs(80, aami="NV")
    inputs.synthetic[:] = np.resize(np.array(["", "", "noise", "noise"]), 80)
    chosen = choose_training_beats(inputs, kind)
    noisy = chosen.inputs.synthetic == "noise"
    assert set(chosen.inputs.aami[noisy]) == set(learned)
    if kind == "lstm_multitask":
        label_free = chosen.weight["synthetic_probability"] > 0
        assert set(chosen.inputs.aami[noisy & label_free]) == {"N"}


@pytest.mark.parametrize(
    ("kind", "synthetic"),
    [
        ("lstm_autoencoder", {""}),
        ("lstm_contrast", {"", "anomaly", "rhythm"}),
        ("lstm_classifier", {"", "run"}),
        ("lstm_multitask", {"", "anomaly", "rhythm", "run"}),
    ],
)
def test_each_kind_learns_from_its_own_synthetic_beats(make_inputs, kind, synthetic):
    inputs = make_inputs(80, aami="NV")
    inputs.synthetic[:] = np.resize(np.array(["", "", "anomaly", "anomaly", "rhythm", "run"]), 80)
    chosen = choose_training_beats(inputs, kind).inputs
    assert set(chosen.synthetic) == synthetic
    learns_labels = kind in ("lstm_classifier", "lstm_multitask")
    assert ("V" in chosen.aami[chosen.recorded]) == learns_labels


def test_each_output_of_a_multitask_network_learns_from_its_own_beats(make_inputs):
    inputs = make_inputs(80, aami="NV")
    inputs.synthetic[:] = np.resize(np.array(["", "", "anomaly", "anomaly", "rhythm", "run"]), 80)
    chosen = choose_training_beats(inputs, "lstm_multitask")
    of_labels, of_synthetic = (chosen.weight[name] == 1 for name in HEADS)
    assert set(chosen.inputs.synthetic[of_labels]) == {"", "run"}
    assert set(chosen.inputs.synthetic[of_synthetic]) == {"", "anomaly", "rhythm"}
    recorded = chosen.inputs.recorded
    assert set(chosen.inputs.aami[of_synthetic & recorded]) == {"N"}
    assert (of_labels | of_synthetic).all()


def test_without_labelled_abnormal_beats_both_outputs_learn_from_synthetic_ones(make_inputs):
    inputs = make_inputs(60, aami="")
    inputs.synthetic[40:], inputs.aami[40:] = "anomaly", "V"
    chosen = choose_training_beats(inputs, "lstm_multitask")
    assert all(weight.all() for weight in chosen.weight.values())
    assert len(chosen.inputs) == 60


def test_a_contrast_takes_unlabelled_beats_for_normal_but_not_synthetic_ones(
    make_inputs,
):
    inputs = make_inputs(60, aami="")
    inputs.synthetic[40:], inputs.aami[40:] = "anomaly", "V"
    chosen = choose_training_beats(inputs, "lstm_contrast")
    assert chosen.one_hot[:40, 0].all()
    assert not chosen.one_hot[40:, 0].any()


def test_an_epoch_draws_each_beat_once_and_no_more_of_a_record_than_configured(make_inputs):
    beats = choose_training_beats(make_inputs(400, aami="NNNV", n_subjects=3), "lstm_classifier")
    limits = (20, 7)
    rows = draw_epoch(beats, *limits, np.random.default_rng(0))
    assert len(set(rows)) == len(rows) == 3 * 27
    drawn = beats.inputs.select(rows)
    for record in np.unique(drawn.record):
        mine = drawn.aami[drawn.record == record]
        assert ((mine == "N").sum(), (mine == "V").sum()) == (20, 7)
    other = draw_epoch(beats, *limits, np.random.default_rng(1))
    assert set(other) != set(rows)
    np.testing.assert_array_equal(draw_epoch(beats, *limits, np.random.default_rng(0)), rows)


def test_an_epoch_draws_as_many_synthetic_beats_as_normal_ones_and_the_next_one_others(make_inputs):
    inputs = make_inputs(60, aami="N", n_subjects=1)
    inputs.synthetic[:30], inputs.aami[:20] = "anomaly", np.resize(["S", "V"], 20)
    inputs.synthetic[20:30] = "rhythm"
    beats = choose_training_beats(inputs, "lstm_contrast")
    limits = (6, 1)
    draws = [draw_epoch(beats, *limits, np.random.default_rng(seed)) for seed in (0, 1)]
    synthetic = [set(rows[~beats.inputs.select(rows).recorded]) for rows in draws]
    assert [len(rows) for rows in draws] == [12, 12]
    assert [len(rows) for rows in synthetic] == [6, 6]
    assert synthetic[0] != synthetic[1]


def test_beats_put_in_runs_take_no_place_from_others(make_inputs):
    inputs = make_inputs(300, aami="NVV", n_subjects=1)
    inputs.synthetic[:] = np.resize(["", "", "run"], 300)
    inputs.synthetic[:60:3] = "rhythm"
    beats = choose_training_beats(inputs, "lstm_multitask")
    limits = (10, 7)
    drawn = beats.inputs.select(draw_epoch(beats, *limits, np.random.default_rng(0)))
    counts = {name: int((drawn.synthetic == name).sum()) for name in ("", "rhythm", "run")}
    assert counts == {"": 17, "rhythm": 10, "run": 7}


@pytest.mark.parametrize("aami", ["V", "SVFQ"])
def test_no_normal_beats_are_a_users_error(make_inputs, aami):
    with pytest.raises(UserError, match="no normal beats to train on in the validation split"):
        choose_training_beats(make_inputs(aami=aami), "lstm_autoencoder", "validation")


@pytest.mark.parametrize("kind", ["lstm_contrast", "lstm_autoencoder", "lstm_classifier"])
def test_an_empty_split_is_a_users_error(make_inputs, kind):
    with pytest.raises(UserError, match="train split"):
        choose_training_beats(make_inputs(n=0), kind)


@pytest.mark.parametrize("aami", ["N", "V", "SV", ""])
def test_a_classifier_refuses_a_split_without_two_kinds_of_beats(make_inputs, aami):
    with pytest.raises(
        UserError, match="the train split has no labelled normal or no labelled abnormal"
    ) as caught:
        choose_training_beats(make_inputs(aami=aami), "lstm_classifier")
    assert caught.value.where == "model.kind"
    assert "lstm_contrast" in caught.value.way_out


def test_one_network_of_a_detector_learns_without_noisy_copies(make_inputs):
    inputs = make_inputs(40, aami="NV")
    inputs.synthetic[:] = np.resize(np.array(["", "anomaly", "noise", "run"]), 40)
    assert beats_of_network(inputs, 0) is inputs
    assert beats_of_network(inputs, 2) is inputs
    clean = beats_of_network(inputs, 1)
    np.testing.assert_array_equal(clean.sequence, inputs.sequence[inputs.synthetic != "noise"])
