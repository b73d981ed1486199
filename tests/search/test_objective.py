"""One trial learns, repeats itself and is evaluated after every epoch, every subject alike."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optuna.exceptions import TrialPruned
from small_training import config_of, run, small_beats

from default_config import search_config, search_run_config
from ecg_anomaly.config.search_schema import ParameterConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.beat_scores import average_precision
from ecg_anomaly.search.objective import (
    average_precision_by_subject,
    choose_evaluated_beats,
    train_trial,
    value_of_trial,
)
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.trials import OBJECTIVE, configure

KINDS = ("lstm_contrast", "lstm_autoencoder", "lstm_classifier")
NETWORKS = {"model": {"kind": ParameterConfig(choices=list(KINDS))}}


@pytest.fixture(scope="module")
def beats(make_inputs):
    return small_beats(make_inputs)


@pytest.fixture(scope="module")
def one_epoch(beats):
    """Train the contrast for an epoch."""
    return run(beats, config_of(epochs=1))


@pytest.fixture(scope="module")
def tried(beats):
    """Try every network in one study: value and epochs by kind."""
    config = search_run_config(search=search_config(space=NETWORKS))
    (parameter,) = read_space(config)
    small = replace(config, model=config_of().model, training=config_of().training)
    return {k: run(beats, configure(small, {parameter.name: k})) for k in parameter.choices}


@pytest.mark.parametrize("kind", KINDS)
def test_a_trial_learns_and_is_evaluated_after_every_epoch(tried, kind):
    value, epochs = tried[kind]
    curve = [metrics[OBJECTIVE] for metrics in epochs]
    assert len(epochs) == 3
    assert {"loss", "validation_loss", "learning_rate"} <= epochs[0].keys()
    assert value == value_of_trial(curve)
    assert value > 0.9


def test_what_the_report_raises_ends_the_training(beats):
    seen = []

    def report(metrics):
        seen.append(metrics)
        raise TrialPruned

    with pytest.raises(TrialPruned):
        train_trial(beats, config_of(), report)
    assert len(seen) == 1


def test_a_network_that_does_not_fit_is_refused(beats):
    with pytest.raises(UserError, match=r"model\.samples_per_step"):
        run(beats, config_of(samples_per_step=5))


def test_neither_former_trainings_nor_abnormal_recorded_beats_teach_the_contrast(beats, one_epoch):
    """Two trainings of one trial are equal; that these beats are hidden makes them two."""
    seed = config_of(epochs=1)
    assert run(beats, replace(seed, training=replace(seed.training, seed=6))) != one_epoch
    hidden = beats.train.recorded & beats.train.anomalous
    sequence = beats.train.sequence.copy()
    sequence[hidden] = 40.0
    other = replace(beats, train=replace(beats.train, sequence=sequence))
    assert run(other, config_of(epochs=1)) == one_epoch


def test_networks_with_and_without_labels_can_be_tried_in_one_study(tried):
    curves = [[metrics[OBJECTIVE] for metrics in epochs[:2]] for _, epochs in tried.values()]
    values = [value_of_trial(curve) for curve in curves]
    assert len(set(values)) == len(KINDS)
    assert min(values) > 0.5


def subjects(*counts):
    """Beats of subjects with so many (abnormal, normal) beats each."""
    anomalous = np.concatenate([np.arange(a + n) < a for a, n in counts])
    subject = np.repeat([f"p{i}" for i in range(len(counts))], [a + n for a, n in counts])
    return anomalous, subject


def scores(anomalous, seed=0):
    return np.random.default_rng(seed).normal(size=len(anomalous)) + anomalous


@given(st.integers(0, 1000), st.floats(0.1, 10), st.floats(-5, 5))
def test_only_the_order_of_the_scores_counts(seed, gain, offset):
    anomalous, subject = subjects((5, 40), (20, 30), (0, 50))
    score = np.round(scores(anomalous, seed), 3)
    first = average_precision_by_subject(anomalous, score, subject)
    again = average_precision_by_subject(anomalous, score * gain + offset, subject)
    assert first == pytest.approx(again)
    assert 0 <= first <= 1


def test_a_perfect_ranking_is_one_and_subjects_of_one_size_are_just_beats():
    anomalous, subject = subjects((12, 30), (12, 30), (12, 30))
    assert average_precision_by_subject(anomalous, anomalous * 1.0, subject) == 1.0
    score = scores(anomalous)
    plain = average_precision(anomalous, score)
    assert average_precision_by_subject(anomalous, score, subject) == pytest.approx(plain)


def test_one_subject_with_many_beats_does_not_outweigh_the_others():
    anomalous, subject = subjects((400, 100), (10, 100), (10, 100), (10, 100))
    score = np.where(subject == "p0", anomalous * 1.0, np.where(anomalous, -1.0, 0.5))
    assert average_precision(anomalous, score) > 0.9
    assert average_precision_by_subject(anomalous, score, subject) < 0.75


def test_one_beat_of_a_subject_is_not_a_tenth_of_what_is_to_be_found():
    anomalous, subject = subjects((30, 100), (1, 100))
    found = anomalous * 1.0
    missed = np.where((subject == "p1") & anomalous, -1.0, found)
    lost = 1 - average_precision_by_subject(anomalous, missed, subject)
    assert 0 < lost < 0.11


def test_one_threshold_serves_all_subjects_so_their_scores_must_compare():
    anomalous, subject = subjects((20, 80), (20, 80))
    apart = anomalous + np.where(subject == "p1", 5.0, 0.0)  # each subject ranked perfectly
    assert average_precision_by_subject(anomalous, apart, subject) < 0.8


def test_a_score_that_is_no_number_gives_no_number():
    anomalous, subject = subjects((5, 5))
    for bad in (np.nan, np.inf):
        score = np.where(np.arange(10) == 3, bad, 0.0)
        assert np.isnan(average_precision_by_subject(anomalous, score, subject))


@pytest.mark.parametrize(
    ("curve", "value"),
    [
        ([0.5], 0.5),
        ([0.5, 0.7], 0.6),
        ([0.1, 0.9, 0.2], 0.2),
        ([0.5, 0.8, 0.9, 0.85, 0.3], 0.85),
        ([0.9, 0.5, 0.4], 0.7),
    ],
)
def test_the_value_is_the_median_of_the_best_epoch_and_its_neighbours(curve, value):
    assert value_of_trial(curve) == pytest.approx(value)


@pytest.fixture
def validation(make_inputs):
    """Give recorded beats with labels, and synthetic ones made from the normal ones."""
    inputs = make_inputs(60)
    synthetic = np.where(np.arange(60) % 5 == 0, "anomaly", "").astype("<U8")
    return replace(inputs, synthetic=synthetic)


def test_trials_are_compared_by_labelled_recorded_beats(validation):
    evaluated = choose_evaluated_beats(validation, "labelled")
    assert evaluated.recorded.all()
    assert len(evaluated) == validation.recorded.sum()


def test_trials_are_compared_by_synthetic_beats_when_asked_or_without_labels(validation):
    asked = choose_evaluated_beats(validation, "synthetic")
    assert not (asked.recorded & asked.anomalous).any()
    assert asked.anomalous.any()
    unlabelled = replace(validation, aami=np.where(validation.recorded, "", "V").astype("<U1"))
    evaluated = choose_evaluated_beats(unlabelled, "labelled")
    assert len(evaluated) == 60
    np.testing.assert_array_equal(evaluated.anomalous, evaluated.synthetic == "anomaly")


def test_nothing_to_tell_apart_is_refused(make_inputs):
    with pytest.raises(UserError, match=r"search\.objective_beats: .* no abnormal beats"):
        choose_evaluated_beats(make_inputs(20, aami="N"), "labelled")
