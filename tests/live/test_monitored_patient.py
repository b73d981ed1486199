import numpy as np
import pytest

from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.monitored_patient import MonitoredPatient
from ecg_anomaly.live.sources.source import StreamOpened
from toy_ecg import FS, ToyBeats, make_ecg, steady


def open_patient(fs=FS):
    opened = StreamOpened("bed 1", fs, ("II",))
    return MonitoredPatient(opened, ToyBeats, FindingLimits(), AlarmSettings())


def watch(signal, size=20, patient=None):
    patient = patient or open_patient()
    events = []
    for at in range(0, len(signal), size):
        events += patient.push(signal[at : at + size])
    return [*events, *patient.finish()]


def said(events, group):
    return [(e.kind.partition(".")[2], e.sample) for e in events if e.group == group]


@pytest.fixture(scope="module")
def eventful():
    """Five ventricular beats, an asystole of 8 s, and 10 s without an electrode."""
    beats = [
        *steady(1, 8), *steady(8.0, 9.9, 0.4, "V"), *steady(10.8, 16), *steady(24.0, 34),
        *steady(44.0, 50),
    ]  # fmt: skip
    signal = make_ecg(beats, 51)
    signal[round(33.5 * FS) : round(43.5 * FS)] = np.nan
    return signal


def test_it_alarms_on_tachycardia_and_asystole_and_says_lead_off_for_the_rest(eventful):
    events = watch(eventful)
    raised = [kind for kind, _ in said(events, "alarm") if kind.endswith("raised")]
    assert raised == ["ventricular_tachycardia.raised", "asystole.raised", "leads_off.raised"]
    findings = [kind for kind, _ in said(events, "finding")]
    assert findings.count("asystole") == 1
    assert findings.count("ventricular_tachycardia") == 1
    assert len(said(events, "beat")) == 5
    assert [kind for kind, _ in said(events, "technical")] == ["lead_off.II", "lead_on.II"]


@pytest.mark.parametrize("size", [7, 10_000])
def test_pieces_change_nothing(eventful, size):
    expected = [e.key for e in watch(eventful)]
    assert [e.key for e in watch(eventful, size)] == expected


@pytest.mark.parametrize(("fs", "size"), [(130.0, 73), (360.0, 72), (1000.0, 200)])
def test_asystole_is_said_on_time_without_a_next_beat(fs, size):
    patient, beats = open_patient(fs), steady(1, 12.1)
    signal = make_ecg(beats, 20, fs)
    last = beats[-1][0]
    for at in range(0, len(signal), size):
        kinds = [e.kind for e in patient.push(signal[at : at + size])]
        if "alarm.asystole.raised" in kinds:
            break
    assert last + 3.9 < patient.n_samples / fs < last + 4.5 + size / fs
    assert patient.alarms.open["asystole"].raised_s == pytest.approx(last + 4, abs=0.06)


def test_a_lost_link_is_technical_and_over_with_the_next_samples(eventful):
    patient = open_patient()
    patient.push(eventful[:500])
    (event,) = patient.lose_link("no answer")
    assert (event.kind, event.sample) == ("alarm.link_lost.raised", 500)
    assert event.said["priority"] == "technical"
    assert patient.lose_link("no answer") == []
    kinds = [e.kind for e in patient.push(eventful[500:520])]
    assert kinds == ["alarm.link_lost.ended"]
