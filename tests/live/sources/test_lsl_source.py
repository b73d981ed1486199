import uuid

import numpy as np
import pylsl
import pytest
from collecting import collecting

from ecg_anomaly.live.sources import lsl_source
from ecg_anomaly.live.sources.lsl_source import LslSource
from ecg_anomaly.live.sources.source import LinkLost, StreamOpened


def make_outlet(name, fs=250.0, unit="microvolts"):
    info = pylsl.StreamInfo(name, "ECG", 2, fs, "float32", f"id-{name}")
    channels = info.desc().append_child("channels")
    for lead in ("II", "V1"):
        channel = channels.append_child("channel")
        channel.append_child_value("label", lead)
        if unit:
            channel.append_child_value("unit", unit)
    return pylsl.StreamOutlet(info, chunk_size=25)


def send(outlet, n, first=0, fs=250.0):
    """Push samples whose stamps are those of a clock of the device."""
    for k in range(first, first + n):
        outlet.push_sample([float(k), -float(k)], 1000.0 + k / fs)


@pytest.fixture
def name(monkeypatch):
    monkeypatch.setattr(lsl_source, "SILENCE_S", 0.3)
    return f"ecg-{uuid.uuid4().hex[:8]}"


def test_samples_of_an_outlet_come_in_mv_and_lost_ones_are_missing(name):
    outlet = make_outlet(name)
    with collecting(LslSource(name)) as found:
        found.wait_for(lambda f: f.of(StreamOpened))
        assert outlet.wait_for_consumers(5)
        send(outlet, 100)
        found.wait_for(lambda f: f.n_samples == 100)
        send(outlet, 50, first=600)
        found.wait_for(lambda f: f.n_samples == 150)
        found.wait_for(lambda f: f.of(LinkLost))
    assert found.errors == []
    assert found[0] == StreamOpened(name, 250.0, ("II", "V1"), name)
    np.testing.assert_allclose(found.signal[:3], [[0, 0], [1e-3, -1e-3], [2e-3, -2e-3]], atol=1e-8)
    starts = [b.start for b in found if hasattr(b, "values")]
    assert starts[0] == 0
    assert any(abs(start - 600) <= 2 for start in starts)


def test_a_rate_that_cannot_be_is_refused(name):
    outlet = make_outlet(name, fs=1.0)
    with collecting(LslSource(name)) as found:
        found.wait_for(lambda f: f.errors)
    assert "states 1 Hz" in str(found.errors[0])
    del outlet
