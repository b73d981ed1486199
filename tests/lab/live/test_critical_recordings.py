"""What critical recordings are made for begins where they say, and reaches its limit there."""

import numpy as np
import pytest

from ecg_anomaly.findings.limits import FindingLimits
from lab.live.critical_recordings import BEFORE_S, KINDS, LENGTH_S, make_critical


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", [0, 3])
def test_a_recording_has_its_limit_after_its_start(kind, number):
    made = make_critical(kind, number)
    record = made.record
    assert record.signal.shape == (round(LENGTH_S * record.fs), 2)
    assert np.isfinite(record.signal).all()
    assert BEFORE_S - 3 < made.start_s < made.limit_s < LENGTH_S - 15


def test_a_heart_that_stops_leaves_no_qrs_complex_and_a_fibrillation_swings():
    for kind, low, high in (("asystole", 0.0, 0.6), ("ventricular_fibrillation", 0.5, 4.0)):
        made = make_critical(kind, 1)
        after = made.record.signal[round((made.start_s + 1) * 250) :, 0]
        assert low <= np.ptp(after[:500]) <= high


def test_limits_are_those_that_were_asked_for():
    asked = FindingLimits(asystole_s=6.0)
    usual, late = make_critical("asystole", 2), make_critical("asystole", 2, limits=asked)
    assert late.limit_s - usual.limit_s == pytest.approx(2.0)


def test_the_same_number_is_the_same_patient():
    one, other = (make_critical("extreme_bradycardia", 4) for _ in range(2))
    np.testing.assert_array_equal(one.record.signal, other.record.signal)
    assert one.limit_s == other.limit_s
