"""Episodes from their marks: overlap, the learning period, no end, flutter of the atria."""

import pytest
from hand_made_marks import START, make_marks

from ecg_anomaly.evaluation.ec57.episode_comparison import compare_episodes, list_episodes
from ecg_anomaly.evaluation.ec57.marks import ComparedPart

PART = ComparedPart(fs=360, length=START + 36_000)


def compare(reference: str, test: str, kind: str = "AF"):
    return compare_episodes(make_marks(reference), make_marks(test), PART, kind)


def find(text: str, kind: str = "AF"):
    return [(a - START, b - START) for a, b in list_episodes(make_marks(text), PART, kind)]


def test_any_overlap_is_enough():
    result = compare("0+(AFIB 360+(N", "359+(AFIB 720+(N")
    assert (result.found, result.missed, result.true, result.false) == (1, 0, 1, 0)
    assert result.overlap_s == pytest.approx(1 / 360)
    touching = compare("0+(AFIB 360+(N", "360+(AFIB 720+(N")
    assert (touching.found, touching.false) == (0, 1)


def test_one_episode_may_find_several():
    result = compare("0+(AFIB 100+(N 200+(AFIB 300+(N", "50+(AFIB 250+(N")
    assert (result.found, result.true) == (2, 1)
    assert (result.reference_s, result.test_s) == (200 / 360, 200 / 360)


def test_a_repeated_note_begins_no_new_episode_and_any_other_ends_it():
    assert find("0+(AFIB 100+(AFIB 200+(VT 300+(AFIB 400+(AFL") == [(0, 200), (300, 400)]


def test_an_episode_without_an_end_lasts_to_the_end_of_the_record():
    assert find("100+(AFIB") == [(100, 36_000)]
    assert find("100[ 200N", "VF") == [(100, 36_000)]


def test_what_lies_in_the_learning_period_is_cut_off():
    assert find("-500+(AFIB 100+(N") == [(0, 100)]
    assert find("-500+(AFIB -100+(N") == []
    assert find("-500+(AFIB 0+(N") == [(0, 0)]
    assert find("36000+(AFIB") == []


def test_ventricular_episodes_are_told_by_brackets_alone():
    assert find("0[ 100[ 200] 300] 400+(VFL 500+(N", "VF") == [(0, 200)]
    assert find("0+(AFIB 100[ 200] 300+(N") == [(0, 300)]
