"""Every reference beat is judged, found or not; what is found besides is a normal beat."""

import numpy as np
import pytest

from lab.benchmark.reference import evaluate_beats


def test_a_missed_beat_scores_below_all_others_and_is_called_normal(make_reference, make_scores):
    reference = make_reference("NVN", [1000, 2000, 3000])
    beats = evaluate_beats(reference, make_scores([0.5, -7.0], [1000, 3000]), None, "S")
    assert beats.missed.tolist() == [False, True, False]
    assert beats.scores.score[1] < -7.0
    assert beats.scores.aami.tolist() == ["N", "V", "N"]
    assert beats.probability[1].argmax() == 0


def test_a_false_detection_is_a_normal_beat_that_keeps_its_score(make_reference, make_scores):
    reference = make_reference("VN", [1000, 2000])
    beats = evaluate_beats(reference, make_scores([1.0, 9.0, 0.0], [1010, 1500, 1990]), None, "S")
    assert beats.scores.aami.tolist() == ["V", "N", "N"]
    assert beats.scores.symbol.tolist() == ["V", "N", ""]
    assert beats.scores.score.tolist() == [1.0, 0.0, 9.0]
    assert not beats.missed.any()


def test_the_tolerance_is_the_limit_of_a_match(make_reference, make_scores):
    reference = make_reference("VV", [1000, 5000])
    beats = evaluate_beats(reference, make_scores([1.0, 1.0], [1054, 5055]), None, "S")
    assert beats.missed.tolist() == [False, True, False]
    assert beats.scores.symbol.tolist() == ["V", "V", ""]


def test_beats_of_one_record_never_match_those_of_another(make_reference, make_scores):
    reference = make_reference("V", [1000], record="a")
    beats = evaluate_beats(reference, make_scores([1.0], [1000], record="b"), None, "S")
    assert beats.missed.tolist() == [True, False]


def test_probabilities_follow_their_beats(make_reference, make_scores):
    probability = np.eye(5)[[2, 1]]
    reference = make_reference("NSV", [1000, 2000, 3000])
    beats = evaluate_beats(reference, make_scores([1.0, 2.0], [3000, 2000]), probability, "S")
    assert beats.probability.argmax(axis=1).tolist() == [0, 1, 2]


def test_nothing_found_at_all_misses_every_beat(make_reference, make_scores):
    beats = evaluate_beats(make_reference("NV", [1000, 2000]), make_scores([], []), None, "S")
    assert beats.missed.all()


@pytest.mark.parametrize(("escape_beats", "expected"), [("S", "SSN"), ("N", "NNN")])
def test_escape_beats_change_class_by_the_switch(
    make_reference, make_scores, escape_beats, expected
):
    reference = make_reference("ejN", [1000, 2000, 3000])
    scores = make_scores([0.0] * 3, [1000, 2000, 3000])
    beats = evaluate_beats(reference, scores, None, escape_beats)
    assert "".join(beats.scores.aami) == expected
