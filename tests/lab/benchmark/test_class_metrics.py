"""EC57 figures against cases counted by hand."""

import numpy as np
import pytest

from lab.benchmark.class_metrics import class_metrics, decide_class


def letters(text: str) -> np.ndarray:
    return np.array(list(text))


def test_ventricular_figures_leave_reference_f_and_q_out():
    # V: 3 of 4 found. Called V: VVV N S F Q; F and Q do not count, so +P is 3 of 5.
    metrics = class_metrics(letters("VVVVNSFQ"), letters("VVVNVVVV"))["veb"]
    assert metrics["sensitivity"] == pytest.approx(0.75)
    assert metrics["positive_predictivity"] == pytest.approx(0.6)
    assert metrics["f1"] == pytest.approx(2 * 3 / (2 * 3 + 2 + 1), abs=1e-5)


def test_supraventricular_figures_count_v_and_n_called_s_against():
    # S: 1 of 2 found. Called S: S N V and an F that does not count: +P is 1 of 3.
    metrics = class_metrics(letters("SSNVF"), letters("SVSSS"))["sveb"]
    assert metrics["sensitivity"] == pytest.approx(0.5)
    assert metrics["positive_predictivity"] == pytest.approx(1 / 3, abs=1e-5)


def test_a_class_that_is_absent_and_never_said_has_no_figures():
    assert set(class_metrics(letters("NNS"), letters("NNS"))["veb"].values()) == {None}


def test_fusion_beats_called_v_or_f_change_nothing():
    base = class_metrics(letters("VVNNS"), letters("VNNVS"))
    for said in "NSVFQ":
        assert class_metrics(letters("VVNNSF"), letters("VNNVS" + said)) == base


def test_a_beat_below_the_threshold_is_normal_whatever_its_class_probabilities():
    probability = np.array([[0.1, 0.2, 0.6, 0.1, 0.0], [0.1, 0.2, 0.6, 0.1, 0.0]])
    assert decide_class(np.array([True, False]), probability).tolist() == ["V", "N"]


def test_a_flagged_beat_takes_the_likeliest_class_that_is_not_n():
    probability = np.array([[0.9, 0.06, 0.02, 0.01, 0.01]])
    assert decide_class(np.array([True]), probability).tolist() == ["S"]
