from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from lab.teaching.__main__ import choose_pair


def test_both_beats_are_of_the_record_with_most_ventricular_beats(make_inputs) -> None:
    inputs = make_inputs(12, "NNNNVNVVNNNN", n_subjects=1)
    records = np.array(list("aaaabbbbcccc"))
    rows = choose_pair(replace(inputs, record=records), np.arange(12.0))
    assert records[rows].tolist() == ["b", "b"]
    assert inputs.symbol[rows].tolist() == ["N", "V"]


def test_each_beat_has_the_median_score_of_its_kind(make_inputs) -> None:
    inputs = make_inputs(10, "NNNNNVVVVV", n_subjects=1)
    score = np.array([5, 1, 3, 2, 4, 50, 10, 30, 20, 40.0])
    assert score[choose_pair(inputs, score)].tolist() == [3, 30]


def test_other_codes_stand_in_where_there_is_no_n_or_v(make_inputs) -> None:
    inputs = make_inputs(8, "NNNS", n_subjects=1)
    coded = replace(inputs, symbol=np.where(inputs.aami == "N", "L", "A"))
    rows = choose_pair(coded, np.arange(8.0))
    assert coded.symbol[rows].tolist() == ["L", "A"]


def test_beats_of_two_records_are_taken_when_no_record_has_both(make_inputs) -> None:
    inputs = make_inputs(8, "NV", n_subjects=2)
    assert inputs.aami[choose_pair(inputs, np.arange(8.0))].tolist() == ["N", "V"]


@pytest.mark.parametrize("aami", ["N", "V", ""])
def test_beats_of_one_kind_only_are_refused_with_their_counts(make_inputs, aami: str) -> None:
    with pytest.raises(UserError, match=r"\d+ normal and \d+ abnormal"):
        choose_pair(make_inputs(8, aami), np.arange(8.0))
