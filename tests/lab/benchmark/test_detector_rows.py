import pytest

from lab.benchmark.detector_rows import summarise_seeds


def test_mean_and_sample_deviation_keep_the_nesting():
    summary = summarise_seeds([{"a": {"b": 1.0}}, {"a": {"b": 2.0}}, {"a": {"b": 3.0}}])
    assert summary == {"a": {"b": {"mean": 2.0, "sd": pytest.approx(1.0)}}}


def test_one_seed_has_no_deviation():
    assert summarise_seeds([{"a": 0.5}]) == {"a": {"mean": 0.5, "sd": None}}


def test_what_is_no_number_in_every_seed_is_left_out():
    rows = [{"a": 1.0, "name": "x", "list": [1], "n": None}, {"a": 1.0, "n": 2.0}]
    assert summarise_seeds(rows).keys() == {"a"}
