"""EDF signals: their names, their scales, and ranges that make no sense."""

import math
from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.records.edf.edf_header import EdfSignal
from ecg_anomaly.records.edf.edf_signals import describe_signal, lead_name, make_scale

SIGNAL = EdfSignal("ECG II", "uV", (-3276.8, 3276.7), (-32768, 32767), 256, 0)


@pytest.mark.parametrize(
    ("label", "name"), [("ECG II", "II"), ("EKG_V1", "V1"), ("ECG", "ECG"), ("MLII", "MLII")]
)
def test_a_lead_is_named_without_the_word_before_it(label, name):
    assert lead_name(replace(SIGNAL, label=label)) == name


def test_the_ends_of_the_range_give_the_scale():
    scale, found = make_scale(SIGNAL, 1e-3), np.empty(3, np.float32)
    scale.convert(np.array([-32768, 0, 32767], np.int16), found)
    np.testing.assert_allclose(found, [-3.2768, 0, 3.2767], atol=1e-6)


def test_a_signal_is_described_as_it_is():
    described = describe_signal(SIGNAL)
    assert (described.name, described.unit, described.rate) == ("ECG II", "uV", 256)
    assert described.fault == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"per_record": 0}, "no sample"), ({"physical": (1.0, 1.0)}, "physical minimum"),
        ({"physical": (math.nan, 1.0)}, "physical minimum"), ({"digital": (5, -5)}, "digital"),
        ({"digital": (-40000, 40000)}, "a range of"), ({"physical": (0, 1e12)}, "a range of"),
        ({"physical": (0, 1e-9)}, "gives a gain of"),
    ],
)  # fmt: skip
def test_a_range_that_makes_no_sense_is_a_fault(change, words):
    assert words in describe_signal(replace(SIGNAL, **change)).fault


def test_samples_of_three_bytes_have_a_larger_range():
    wide = replace(SIGNAL, digital=(-(2**23), 2**23 - 1))
    assert "a range of" in describe_signal(wide, 2).fault
    assert describe_signal(wide, 3).fault == ""
