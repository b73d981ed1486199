"""Matrices worked out by hand: labels, shutdown, flutter, the learning period, RR error."""

import math
from collections import Counter

import pytest
from hand_made_marks import make_marks

from ecg_anomaly.evaluation.ec57.beat_comparison import BeatComparison, compare_beats
from ecg_anomaly.evaluation.ec57.marks import ComparedPart

PART = ComparedPart(fs=360, length=650_000)


def compare(reference: str, test: str) -> BeatComparison:
    return compare_beats(make_marks(reference), make_marks(test), PART)


def test_a_mixture():
    result = compare(
        "0N 360N 720A 1080V 1440V 1800F 2160/ 2520N",
        "0N 360V 730A 1080V 1600V 1800V 2160N 2700N",
    )
    assert result.counts == Counter(Nn=1, Nv=1, Ss=1, Vv=1, Vo=1, Fv=1, Qn=1, No=1, Ov=1, On=1)
    assert (result.sensitivity("V").hits, result.sensitivity("V").of) == (1, 2)
    assert (result.predictivity("V").hits, result.predictivity("V").of) == (1, 3)  # Fv is none
    assert result.qrs_sensitivity.of == 8
    assert result.qrs_predictivity.of == 8


@pytest.mark.parametrize(("called", "of"), [("V", 1), ("A", 2)])
def test_a_fused_beat_called_v_is_no_error_and_called_s_is_one(called, of):
    result = compare("0N 360F 720V 1080A", f"0N 360{called} 720V 1080A")
    label = {"V": "V", "A": "S"}[called]
    assert result.predictivity(label).of == of


def test_beats_of_the_learning_period_do_not_count():
    assert compare("-720N -1N 360N", "-720V -5V 360N").counts == Counter(Nn=1)
    assert compare("20N 360N", "-20V 360N").counts == Counter(Nv=1, Nn=1)


def test_misses_in_shutdown_are_counted_apart():
    result = compare("0N 360N 720V 1080N 1440N", "0N 350~-1 900~0 1440N")
    assert result.counts == Counter(Nn=2, Nx=1, Vx=1, No=1)
    assert result.shutdown_s == 2  # 550 samples are 1.53 s
    assert result.rr_error_ms is None  # no interval of the test is unbroken


def test_beats_where_the_reference_is_unreadable_are_counted_apart():
    assert compare("0N 350~-1 900~0 1440N", "0N 360N 720V 1440N").counts["Xv"] == 1


def test_beats_in_flutter_of_the_reference_are_nobodys():
    result = compare("0N 100[ 360! 720! 1000] 1440N", "0N 360V 720V 1440N")
    assert result.counts == Counter(Nn=2)


def test_beats_in_flutter_of_the_test_are_missed():
    assert compare("0N 360N 720N 1440N", "0N 100[ 360N 1000] 1440N").counts == Counter(Nn=2, No=2)


def test_a_flutter_wave_outside_of_flutter_is_no_beat():
    assert compare("0N 360! 720N", "0N 360N 720!").counts == Counter(Nn=1, On=1, No=1)


def test_error_of_intervals():
    shifted = compare("0N 360N 720N 1080N", "0N 360N 730N 1080N")
    assert shifted.rr_error_ms == pytest.approx(1000 * math.sqrt((0 + 100 + 100) / 3) / 360)
    # An extra beat cuts an interval: 360 against 100, then against 260.
    extra = compare("0N 360N 720N", "0N 100N 360N 720N")
    assert extra.rr_error_ms == pytest.approx(1000 * math.sqrt((260**2 + 100**2 + 0) / 3) / 360)


def test_the_rate_of_that_error_is_a_whole_number():
    part = ComparedPart(fs=128.5, length=650_000)
    result = compare_beats(make_marks("0N 128N"), make_marks("0N 138N"), part)
    assert result.rr_error_ms == pytest.approx(1000 * 10 / 129)


def test_the_sum_of_the_matrix_over_classes():
    compared = BeatComparison(Counter(Nv=2, Sv=1, Ov=4, Vv=5))
    assert compared.sum("NSO", "v") == 7
