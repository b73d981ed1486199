"""What trials are judged by: ranking alone, people and not beats, and never what is not there."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.beat_scores import average_precision
from ecg_anomaly.search.objective_value import (
    average_precision_by_subject,
    choose_evaluated_beats,
    value_of_trial,
)


def subjects(*counts):
    """Beats of people with so many (abnormal, normal) beats each."""
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


def test_a_perfect_ranking_is_one_and_people_of_one_size_are_just_beats():
    anomalous, subject = subjects((12, 30), (12, 30), (12, 30))
    assert average_precision_by_subject(anomalous, anomalous * 1.0, subject) == 1.0
    score = scores(anomalous)
    plain = average_precision(anomalous, score)
    assert average_precision_by_subject(anomalous, score, subject) == pytest.approx(plain)


def test_one_person_with_many_beats_does_not_outweigh_the_others():
    anomalous, subject = subjects((400, 100), (10, 100), (10, 100), (10, 100))
    score = np.where(subject == "p0", anomalous * 1.0, np.where(anomalous, -1.0, 0.5))
    assert average_precision(anomalous, score) > 0.9
    assert average_precision_by_subject(anomalous, score, subject) < 0.75


def test_one_beat_of_a_person_is_not_a_tenth_of_what_is_to_be_found():
    anomalous, subject = subjects((30, 100), (1, 100))
    found = anomalous * 1.0
    missed = np.where((subject == "p1") & anomalous, -1.0, found)
    lost = 1 - average_precision_by_subject(anomalous, missed, subject)
    assert 0 < lost < 0.11


def test_one_threshold_serves_all_people_so_their_scores_must_compare():
    anomalous, subject = subjects((20, 80), (20, 80))
    apart = anomalous + np.where(subject == "p1", 5.0, 0.0)  # each person ranked perfectly
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
    """Give recorded beats with labels, and beats made from the normal ones."""
    inputs = make_inputs(60)
    synthetic = np.where(np.arange(60) % 5 == 0, "anomaly", "").astype("<U8")
    return replace(inputs, synthetic=synthetic)


def test_labelled_recorded_beats_judge(validation):
    judged = choose_evaluated_beats(validation, "recorded")
    assert judged.recorded.all()
    assert len(judged) == validation.recorded.sum()


def test_made_beats_judge_when_asked_or_when_nobody_labelled_any(validation):
    asked = choose_evaluated_beats(validation, "made")
    assert not (asked.recorded & asked.anomalous).any()
    assert asked.anomalous.any()
    unlabelled = replace(validation, aami=np.where(validation.recorded, "", "V").astype("<U1"))
    judged = choose_evaluated_beats(unlabelled, "recorded")
    assert len(judged) == 60
    np.testing.assert_array_equal(judged.anomalous, judged.synthetic == "anomaly")


def test_nothing_to_tell_apart_is_refused(make_inputs):
    with pytest.raises(UserError, match=r"search\.judged: .* no abnormal beats"):
        choose_evaluated_beats(make_inputs(20, aami="N"), "recorded")
