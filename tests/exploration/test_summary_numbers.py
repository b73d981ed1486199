"""Numbers of the summary are short, repeat, and are never NaN."""

import json

import numpy as np
import pytest

from ecg_anomaly.exploration.summary_numbers import (
    count_values,
    median,
    round_number,
    round_numbers,
    share,
)


@pytest.mark.parametrize(
    ("value", "rounded"), [(123456.7, 123460.0), (0.000123456, 0.00012346), (-0.0, 0.0), (3, 3.0)]
)
def test_numbers_keep_five_digits(value, rounded):
    assert json.dumps(round_number(value)) == json.dumps(rounded)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, np.float32("nan")])
def test_numbers_that_json_lacks_become_none(value):
    assert round_number(value) is None


def test_a_list_is_rounded_number_by_number():
    assert round_numbers(np.array([1 / 3, np.nan]), 2) == [0.33, None]


def test_a_share_of_nothing_is_none():
    assert share(0, 0) is None
    assert share(1, 3) == 0.33333


def test_the_median_is_that_of_known_values():
    assert median(np.array([1.0, np.nan, 3.0, 9.0])) == 3.0
    assert median(np.array([np.nan])) is None
    assert median(np.zeros(0)) is None


def test_values_are_counted_most_frequent_first():
    assert list(count_values("abcab").items()) == [("a", 2), ("b", 2), ("c", 1)]
    assert count_values([]) == {}
