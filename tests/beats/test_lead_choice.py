"""Which leads of a record are used, by name and in order of preference."""

import doctest

import numpy as np
import pytest

from ecg_anomaly.beats import lead_choice
from ecg_anomaly.beats.lead_choice import (
    choose_lead_of_beats,
    choose_leads,
    only_first_lead,
    rank_choices,
)

MITDB = [["MLII", "II"], ["V1", "V5", "V2", "V4"]]


@pytest.mark.parametrize(
    ("available", "columns"),
    [
        (("MLII", "V1"), [0, 1]),
        (("V5", "MLII"), [1, 0]),  # record 114
        (("V5", "V2"), [1, 0]),  # records 102 and 104 have no MLII
        (("MLII",), [0, -1]),
        (("V1",), [0, -1]),  # the only lead stands first wherever it belongs
        (("mlii", "v2"), [0, 1]),
        (("aVR", "aVL", "II"), [2, 0]),
        (("aVR",), [0, -1]),
        (("V1", "V2", "V5", "II"), [3, 0]),
    ],
)
def test_leads_are_chosen_by_name_in_order_of_preference(available, columns):
    assert choose_leads(available, MITDB) == columns


def test_one_lead_wanted_twice_is_used_once_and_the_next_preference_counts():
    assert choose_leads(("II", "V5", "V1"), [["II"], ["II", "V1"]]) == [0, 2]
    assert choose_leads(("II", "V5"), [["II"], ["II"]]) == [0, 1]
    assert choose_leads(("II",), [["II"], ["II"]]) == [0, -1]


def test_the_first_lead_is_absent_only_in_a_record_without_leads():
    assert choose_leads(("V1", "V5"), [["II"], ["V1"], ["V5"]]) == [0, -1, 1]
    assert choose_leads((), MITDB) == [-1, -1]


def test_two_leads_of_one_name_fill_two_places():
    assert choose_leads(("ECG", "ECG"), [["ECG"], ["ECG"]]) == [0, 1]
    assert choose_leads(("ECG", "ECG"), [["II"], ["V1"]]) == [0, 1]


def test_a_place_without_preference_takes_what_is_left():
    assert choose_leads(("V1", "II"), [["II"], []]) == [1, 0]


def test_the_examples_in_the_docstring_hold():
    assert doctest.testmod(lead_choice).failed == 0


def test_windows_that_lack_every_lead_but_the_first_are_told():
    waveform = np.zeros((3, 4, 3), np.float32)
    waveform[:, :, 0] = 1
    waveform[1, 2, 1], waveform[2, 0, 2] = 0.1, -0.1
    assert only_first_lead(waveform).tolist() == [True, False, False]


def test_where_one_lead_is_wanted_no_window_lacks_another():
    assert only_first_lead(np.ones((2, 4, 1), np.float32)).tolist() == [False, False]
    assert only_first_lead(np.ones((0, 4, 2), np.float32)).shape == (0,)


STANDARD = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")


@pytest.mark.parametrize("available", [("MLII", "V5"), ("V5", "MLII"), STANDARD, ("ECG",), ()])
def test_each_choice_has_another_first_lead_and_lacks_those_before(available):
    choices = rank_choices(available, MITDB)
    firsts = [choice[0] for choice in choices]
    assert sorted(firsts) == list(range(len(available)))
    for k, choice in enumerate(choices):
        assert not set(choice) & set(firsts[:k])
        assert len(choice) == len(MITDB)
    if available:
        assert choices[0] == choose_leads(available, MITDB)


def test_leads_that_no_name_prefers_come_in_the_order_of_the_record():
    found = rank_choices(("aVF", "II", "III", "V1"), MITDB)
    assert [choice[0] for choice in found] == [1, 0, 2, 3]
    assert found[1] == [0, 3]


@pytest.mark.parametrize(
    ("quality", "prefer_first", "chosen"),
    [
        ([1.0, 1.0], False, 0),
        ([0.5, 1.0], False, 0),  # free of doubt, be it barely
        ([0.49, 0.5], False, 1),
        ([0.49, 0.5], True, 0),  # the user asked for it
        ([0.3, 0.49], False, 0),
        ([0.0, 0.29], False, 1),
        ([0.0, 0.29], True, 1),  # asked for, but it cannot be read
        ([0.0, 0.3, 0.4], False, 1),
        ([0.0, 0.3, 0.6], False, 2),
        ([0.0, 0.0], False, 0),
    ],
)
def test_a_beat_is_read_on_the_first_lead_that_is_free_of_doubt(quality, prefer_first, chosen):
    assert choose_lead_of_beats(np.float32([quality]), prefer_first).tolist() == [chosen]


def test_no_beat_takes_no_turn():
    assert choose_lead_of_beats(np.zeros((0, 2), np.float32)).tolist() == []
