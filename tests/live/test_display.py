import json

import numpy as np
import pytest

from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.display import Display, ThinnedSignal
from ecg_anomaly.live.monitor.feed import MonitorFeed
from ecg_anomaly.live.monitored_patient import MonitoredPatient
from ecg_anomaly.live.sources.source import StreamOpened
from toy_ecg import FS, ToyBeats, make_ecg, steady


class Heard:
    """A feed that keeps what it hears, which JSON can hold, and passes it to the real one."""

    def __init__(self, watched=True):
        self.messages, self._feed, self.watched = [], MonitorFeed(), watched

    def publish(self, message):
        self._feed.publish(message)
        plain = {key: value for key, value in message.items() if key != "values"}
        self.messages.append({**message, **json.loads(json.dumps(plain, allow_nan=False))})

    def is_watched(self, _):
        return self.watched

    def of(self, kind):
        return [m for m in self.messages if m["type"] == kind]


@pytest.fixture
def heard():
    feed = Heard()
    display = Display(feed)
    opened = StreamOpened("bed 1", FS, ("II",), "Bed 1")
    patient = MonitoredPatient(opened, ToyBeats, FindingLimits(), AlarmSettings())
    display.open(patient)
    signal = make_ecg([*steady(1, 8), (8.0, "V"), *steady(8.8, 12)], 18)
    signal[700:720] = np.nan
    for at in range(0, len(signal), 20):
        piece = signal[at : at + 20]
        display.show(patient, patient.push(piece))
    return feed


def test_a_patient_is_shown_with_name_leads_and_rate(heard):
    (patient,) = heard.of("patient")
    assert patient == {
        "type": "patient", "id": "bed 1", "name": "Bed 1", "leads": ["II"], "fs": FS, "unit": "mV",
    }  # fmt: skip


def test_the_signal_comes_without_gaps_and_missing_values_as_nan(heard):
    messages = heard.of("signal")
    at = 0
    for message in messages:
        assert message["sample"] == at
        at += len(message["values"][0])
    assert at == 1800
    (missing,) = np.nonzero(np.isnan(np.concatenate([m["values"][0] for m in messages])))
    assert missing.tolist() == list(range(700, 720))


def test_beats_alarms_and_status_are_shown(heard):
    beats = [b for m in heard.of("beats") for b in m["beats"]]
    assert [b["sample"] for b in beats if b["flagged"]] == [800]
    assert {m["alarm"]["kind"] for m in heard.of("alarm")} == {"asystole"}
    assert heard.of("status")[-1]["finding"] == "asystole"
    assert heard.of("status")[-1]["level"] == "critical"
    rates = [m["rate_bpm"] for m in heard.of("status") if m["rate_bpm"]]
    assert rates[-1] == pytest.approx(75, abs=2)


def test_signal_is_shown_from_when_a_browser_asks_for_it_with_the_seconds_before():
    feed = Heard(watched=False)
    display, opened = Display(feed), StreamOpened("bed 1", FS, ("II",), "Bed 1")
    patient = MonitoredPatient(opened, ToyBeats, FindingLimits(), AlarmSettings())
    display.open(patient)
    signal = make_ecg(steady(1, 34), 35)
    for at in range(0, 3000, 20):
        display.show(patient, patient.push(signal[at : at + 20]))
    assert feed.of("signal") == []
    feed.watched = True
    display.show(patient, [])
    (shown,) = feed.of("signal")
    assert shown["sample"] == 1000  # 20 s before
    np.testing.assert_array_equal(shown["values"][0], signal[1000:3000, 0])
    display.show(patient, patient.push(signal[3000:3020]))
    assert feed.of("signal")[-1]["sample"] == 3000
    feed.watched = False
    display.show(patient, patient.push(signal[3020:3040]))
    assert len(feed.of("signal")) == 2
    display.end(patient, "")  # what nobody saw is shown at the end
    assert feed.of("signal")[-1]["sample"] == 3020
    np.testing.assert_array_equal(feed.of("signal")[-1]["values"][0], signal[3020:3040, 0])


@pytest.mark.parametrize("fs", [100.0, 250.0, 360.0, 1000.0])
@pytest.mark.parametrize("start", [0, 7])
def test_a_thinned_signal_keeps_peaks_and_does_not_depend_on_pieces(fs, start):
    signal = make_ecg([(0.5, "N"), (1.3, "N")], 2.0, fs)
    whole = ThinnedSignal(fs, start)
    first, values = whole.push(signal)
    assert whole.fs <= 128
    assert first * fs / whole.fs >= start
    assert values.max() > 0.9 * signal.max()
    pieces = ThinnedSignal(fs, start)
    parts = [pieces.push(signal[at : at + 13])[1] for at in range(0, len(signal), 13)]
    np.testing.assert_array_equal(np.concatenate(parts), values)


def test_a_patient_whose_stream_is_over_is_shown_so_and_then_no_more():
    feed = Heard()
    display, opened = Display(feed), StreamOpened("bed 1", FS, ("II",), "Bed 1")
    patient = MonitoredPatient(opened, ToyBeats, FindingLimits(), AlarmSettings())
    display.open(patient)
    display.end(patient, "")
    assert feed.of("status")[-1]["ended"] == "has ended"
    display.end(patient, "it sends nonsense")
    assert feed.of("status")[-1]["ended"] == "closed: it sends nonsense"
    assert feed.of("status")[-1]["rate_bpm"] is None
    for _ in range(2):
        display.remove("bed 1")
    assert feed.of("removed") == [{"type": "removed", "id": "bed 1"}]


def test_the_same_beats_are_not_shown_twice(heard):
    samples = [b["sample"] for m in heard.of("beats") for b in m["beats"]]
    assert len(samples) == len(set(samples))
    feed, signal = Heard(), make_ecg(steady(1, 8), 9)
    display, opened = Display(feed), StreamOpened("bed 1", FS, ("II",), "Bed 1")
    patient = MonitoredPatient(opened, ToyBeats, FindingLimits(), AlarmSettings())
    display.open(patient)
    display.show(patient, patient.push(signal))
    n = len(feed.of("beats"))
    display.show(patient, patient.lose_link("no answer"))
    assert len(feed.of("beats")) == n


def test_a_patient_who_comes_again_is_shown_anew():
    feed, signal = Heard(), make_ecg(steady(1, 8), 9)
    display = Display(feed)
    for leads in (("II",), ("II", "V1")):
        opened = StreamOpened("bed 1", FS, leads)
        patient = MonitoredPatient(opened, ToyBeats, FindingLimits(), AlarmSettings())
        display.open(patient)
        block = np.repeat(signal[:301], len(leads), axis=1)
        display.show(patient, patient.push(block))
    assert [m["type"] for m in feed.messages if m["type"] in ("patient", "removed")] == [
        "patient", "removed", "patient",
    ]  # fmt: skip
    assert feed.of("signal")[-1]["sample"] == 0
