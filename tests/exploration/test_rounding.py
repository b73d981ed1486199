import json

import numpy as np
import pytest

from ecg_anomaly.exploration.rounding import round_number, round_numbers, share


@pytest.mark.parametrize(
    ("value", "rounded"), [(123456.7, 123460.0), (0.000123456, 0.00012346), (-0.0, 0.0), (3, 3.0)]
)
def test_numbers_keep_five_digits(value, rounded):
    assert json.dumps(round_number(value)) == json.dumps(rounded)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, np.float32("nan")])
def test_what_json_cannot_say_becomes_none(value):
    assert round_number(value) is None


def test_a_list_is_rounded_number_by_number():
    assert round_numbers(np.array([1 / 3, np.nan]), 2) == [0.33, None]


def test_a_share_of_nothing_is_none():
    assert share(0, 0) is None
    assert share(1, 3) == 0.33333
