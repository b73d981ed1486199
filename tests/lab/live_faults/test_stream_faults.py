"""Every fault of a stream leaves what is said of the heart as it is."""

from dataclasses import replace

import pytest

from ecg_anomaly.detector.loading import load_detector
from lab.live_faults import stream_faults
from lab.live_faults.fault_runs import list_deliveries
from lab.live_faults.stream_faults import FAULTS, lose_lead


@pytest.fixture(scope="module")
def detector(folder):
    return load_detector(folder)


@pytest.mark.parametrize("fault", [f for f in FAULTS if f is not lose_lead])
def test_the_same_is_said_as_without_the_fault(detector, stopped, fault, monkeypatch):
    monkeypatch.setattr(stream_faults, "LOST_S", 12.0)
    monkeypatch.setattr(stream_faults, "LOST_AT_S", 20.0)
    monkeypatch.setattr(stream_faults, "LOST_FRAMES", (20, 21, 30))
    found = fault(detector, stopped)
    assert found.right, found


def test_a_stream_that_is_another_one_is_noticed(detector, stopped, monkeypatch):
    def mistake(record, blocks=None):
        signal = record.signal if blocks is None else record.signal[::-1]
        return list_deliveries(replace(record, signal=signal))

    monkeypatch.setattr(stream_faults, "list_deliveries", mistake)
    assert not stream_faults.repeat_samples(detector, stopped).right
