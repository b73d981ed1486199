"""Alarms are noted with the moment at which they were said, as a patient alone would have them."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.detector.loading import load_detector
from lab.live.alarm_runs import run_alarms
from toy_detector import toy_records


@pytest.fixture(scope="module")
def detector(folder):
    return load_detector(folder)


@pytest.fixture(scope="module")
def stopped():
    """A heart that stops after 30 s."""
    record = toy_records()[0]
    signal = record.signal.copy()
    rest = signal[30 * 360 :]
    rest[:] = signal[30 * 360 - 100] + np.random.default_rng(1).normal(0, 0.01, rest.shape)
    return replace(record, signal=signal)


def test_an_asystole_is_said_once_the_limit_is_over(detector, stopped):
    (said,) = run_alarms(detector, [stopped])
    alarm = next(alarm for alarm in said if alarm.kind == "asystole")
    assert alarm.priority == "critical"
    assert 28 < alarm.start_s < 31
    assert 4.0 <= alarm.said_s - alarm.start_s <= 4.5


def test_recordings_side_by_side_change_nothing(detector, stopped):
    short = replace(stopped, signal=stopped.signal[: 20 * 360])
    assert run_alarms(detector, [short, stopped])[1] == run_alarms(detector, [stopped])[0]


def test_no_recordings_have_no_alarms(detector):
    assert run_alarms(detector, []) == []
