import pytest
from test_admitted_stream import Held

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live import stream_register
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.monitored_patient import MonitoredPatient
from ecg_anomaly.live.sources.source import StreamOpened
from ecg_anomaly.live.stream_register import StreamRegister
from toy_ecg import FS, ToyBeats

OPENED = StreamOpened("bed 1", FS, ("II",))


def make_patient(opened):
    if opened.stream == "bad":
        raise UserError("bad", "has no lead", "name the leads")
    return MonitoredPatient(opened, ToyBeats, FindingLimits(), AlarmSettings())


@pytest.fixture
def register():
    return StreamRegister(make_patient, None)


def test_a_stream_is_admitted_once(register):
    assert register.admit(Held(), OPENED) is register.streams["bed 1"]
    assert register.admit(Held(), OPENED) is None
    assert register.find_changed(OPENED) is None
    changed = StreamOpened("bed 1", 2 * FS, ("II",))
    assert register.find_changed(changed) is register.streams["bed 1"]


def test_one_that_was_closed_waits_and_one_that_ended_does_not(register, monkeypatch):
    for reason in ("", "it sends nonsense"):
        register.admit(Held(), OPENED)
        register.remove("bed 1", reason)
    assert register.admit(Held(), OPENED) is None
    monkeypatch.setattr(stream_register, "CLOSED_S", 0.0)
    assert register.admit(Held(), OPENED) is not None


def test_what_cannot_be_monitored_is_told(register):
    assert register.admit(Held(), StreamOpened("bad", FS, ())) is None
    assert "has no lead" in str(register.failed[0])


def test_there_is_an_end_to_how_many(register, monkeypatch):
    monkeypatch.setattr(stream_register, "MOST_STREAMS", 2)
    admitted = [register.admit(Held(), StreamOpened(str(k), FS, ("II",))) for k in range(4)]
    assert [stream is not None for stream in admitted] == [True, True, False, False]


def test_a_damaged_snapshot_is_told_and_the_stream_starts_anew():
    class Damaged:
        def admit(self, stream):
            stream.patient.memory.n_samples = 99
            raise UserError("bed 1", "its snapshot cannot be read", "it starts anew")

    register = StreamRegister(make_patient, Damaged())
    assert register.admit(Held(), OPENED).patient.n_samples == 0
    assert "starts anew" in str(register.failed[0])


def test_more_values_a_second_than_can_be_held_are_refused_with_the_reason(register, monkeypatch):
    assert register.admit(Held(), StreamOpened("wide", 1e5, ("II", "V1"))) is None
    assert "values a second" in register.refused
    monkeypatch.setattr(stream_register, "MOST_OF_ALL", 2.5 * FS)
    admitted = [register.admit(Held(), StreamOpened(str(k), FS, ("II",))) for k in range(3)]
    assert [stream is not None for stream in admitted] == [True, True, False]
    assert "together" in register.refused
    assert register.admit(Held(), StreamOpened("0", FS, ("II",))) is None
    assert register.refused == ""  # it is open


def test_one_that_was_closed_and_goes_on_to_send_is_admitted_again(register, monkeypatch):
    assert register.admit_again("bed 1") is None
    register.admit(Held(), OPENED)
    register.remove("bed 1", "it sends nonsense")
    assert register.admit_again("bed 1") is None
    monkeypatch.setattr(stream_register, "CLOSED_S", 0.0)
    assert register.admit_again("bed 1") is register.streams["bed 1"]


def test_closed_streams_are_forgotten_in_the_end(register, monkeypatch):
    monkeypatch.setattr(stream_register, "MOST_CLOSED", 3)
    for k in range(10):
        register.admit(Held(), StreamOpened(str(k), FS, ("II",)))
        register.remove(str(k), "it sends nonsense")
    assert list(register._closed) == ["7", "8", "9"]


def test_streams_of_running_sources_are_silent_when_nothing_comes_for_long(register, monkeypatch):
    for name, running in (("bed 1", True), ("a replay", False), ("bed 2", True)):
        source = Held()
        source.running = running
        register.admit(source, StreamOpened(name, FS, ("II",)))
    register.streams["bed 2"].heard += 5.0
    monkeypatch.setattr("time.monotonic", lambda: register.streams["bed 1"].heard + 4.0)
    assert [stream.name for stream in register.find_silent(4.0)] == ["bed 1"]
    assert register.find_silent(4.1) == []


def test_sources_are_told_how_far_their_streams_were_taken(register):
    source, told = Held(), []
    source.keep = lambda *said: told.append(said)
    register.admit(source, OPENED).clock.position = "12"
    register.keep_positions()
    assert told == [("bed 1", "12")]
