import numpy as np
import pytest
from toy_ecg import FS, ToyBeats, make_ecg, steady

from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.monitored_patient import MonitoredPatient
from ecg_anomaly.live.sources.source import StreamOpened

OPENED = StreamOpened("bed 1", FS, ("II",))


def watch(signal, size=20):
    patient = MonitoredPatient(OPENED, ToyBeats, FindingLimits())
    events = []
    for at in range(0, len(signal), size):
        events += patient.push(signal[at : at + size])
    return [*events, *patient.finish()]


@pytest.fixture(scope="module")
def run_of_five():
    beats = [*steady(1, 8), *steady(8.0, 9.9, 0.4, "V"), *steady(10.8, 16)]
    return make_ecg(beats, 17)


def test_a_run_of_ventricular_beats_is_found(run_of_five):
    kinds = [event.kind for event in watch(run_of_five)]
    assert kinds.count("beat") == 5
    assert "finding.ventricular_tachycardia" in kinds


@pytest.mark.parametrize("size", [1, 7, 333, 10_000])
def test_pieces_change_nothing(run_of_five, size):
    expected = sorted(e.key for e in watch(run_of_five))
    assert sorted(e.key for e in watch(run_of_five, size)) == expected


def test_missing_samples_are_taken(run_of_five):
    signal = run_of_five.copy()
    signal[200:400] = np.nan
    assert any(e.kind == "finding.ventricular_tachycardia" for e in watch(signal))
