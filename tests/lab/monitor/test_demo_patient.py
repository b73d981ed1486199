import numpy as np
import pytest

from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.records.record import Annotations, Record
from lab.monitor.demo_patient import DECIDED_S, DemoPatient

FS = 360.0


@pytest.fixture
def patient() -> DemoPatient:
    """A beat a second, those at 4 to 7 s ventricular."""
    samples = np.arange(1, 20) * round(FS)
    symbols = np.array(["V" if 4 <= s / FS <= 7 else "N" for s in samples])
    signal = np.arange(20 * FS, dtype=np.float32)[:, None] / 10_000
    record = Record("r", "r", signal, FS, ("II",), Annotations(samples, symbols))
    return DemoPatient(record, "Bed 1")


def listed(patient: DemoPatient, start_s: float, end_s: float, kind: str) -> list[dict]:
    return [m for m in patient.messages(start_s, end_s) if m["type"] == kind]


def test_the_signal_comes_at_a_rate_for_the_eye_and_without_gaps(patient):
    assert patient.fs == 120
    first, second = (listed(patient, t, t + 0.2, "signal")[0] for t in (0.0, 0.2))
    assert first["sample"] + first["values"].shape[1] == second["sample"]
    assert first["values"][0, 0] == pytest.approx(1e-4)  # the mean of three samples


def test_a_beat_comes_once_and_later_than_it_is(patient):
    times = [
        b["time_s"]
        for step in range(100)
        for m in listed(patient, step * 0.2, (step + 1) * 0.2, "beats")
        for b in m["beats"]
    ]
    assert times == pytest.approx(list(range(1, 19)))


def test_the_rate_is_that_of_the_last_beats(patient):
    (status,) = listed(patient, 8.0, 9.0, "status")
    assert status["rate_bpm"] == pytest.approx(60)
    assert status["level"] == "review"


def test_ventricular_beats_in_a_row_raise_an_alarm(patient):
    (alarm,) = listed(patient, 6.0, 6.0 + DECIDED_S + 0.1, "alarm")
    assert alarm["alarm"]["label"] == "short ventricular run"
    assert alarm["alarm"]["text"] == "4 ventricular beats in a row, 60 a minute"
    assert alarm["alarm"]["state"] == "active"
    (alarm,) = listed(patient, 17.9, 18.2, "alarm")
    assert alarm["alarm"]["state"] == "over"


def test_its_messages_are_those_of_the_feed(patient):
    feed = MonitorFeed()
    for message in (patient.opening(), *patient.messages(0.0, 20.0)):
        feed.publish(message)
    assert feed.snapshot()["patients"][0]["info"]["leads"] == ["II"]
