import json

import numpy as np
import pytest

from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.live.alarm_settings import AlarmSettings
from ecg_anomaly.live.patient_watches import PatientWatches
from ecg_anomaly.live.plain_state import give_state, take_state
from ecg_anomaly.live.signal_memory import SignalMemory
from toy_ecg import FS, ToyBeats, make_ecg, steady


def make():
    memory = SignalMemory("a", FS, ("II",), 30.0)
    return PatientWatches(memory, FindingLimits(), AlarmSettings()), memory


def follow(signal, watches, memory, toy):
    over = []
    for at in range(0, len(signal), 20):
        memory.append(signal[at : at + 20])
        made = toy.push(signal[at : at + 20])
        over += watches.follow(signal[at : at + 20], made, toy.undecided_s)[1]
        watches.conditions()
    return over


def test_what_goes_on_is_known_with_the_rate_only_where_there_is_one():
    watches, memory = make()
    signal, toy = make_ecg(steady(1, 12), 20), ToyBeats(FS)
    follow(signal[:1300], watches, memory, toy)
    assert watches.status()["rate_bpm"] == pytest.approx(75, abs=1)
    assert watches.status()["finding"] == ""
    follow(signal[1300:], watches, memory, toy)
    assert watches.status()["rate_bpm"] is None
    assert (watches.status()["finding"], watches.status()["level"]) == ("asystole", "critical")


def test_noise_without_a_heart_cannot_be_read_and_is_no_asystole():
    watches, memory = make()
    signal = np.random.default_rng(3).normal(0, 0.02, (3500, 1)).astype(np.float32)
    follow(signal[:2900], watches, memory, ToyBeats(FS))
    assert watches.conditions() == []
    follow(signal[2900:], watches, memory, ToyBeats(FS))
    (condition,) = watches.conditions()
    assert (condition.kind, condition.found_s) == ("noise", AlarmSettings().noise_s)
    assert watches.status()["technical"] == ["beats cannot be read"]


def test_leads_that_are_off_and_a_lost_link_are_technical():
    watches, memory = make()
    signal = make_ecg(steady(1, 5), 20)
    signal[600:] = np.nan
    follow(signal, watches, memory, ToyBeats(FS))
    watches.lose_link("no answer")
    watches.conditions()
    assert watches.status()["technical"] == ["link lost", "leads off", "lead II is off"]
    assert watches.status()["finding"] == ""


def test_a_state_goes_through_json_and_goes_on():
    signal = make_ecg([*steady(1, 8), *steady(8.0, 10, 0.4, "V"), *steady(10.8, 14)], 30)
    first, memory = make()
    toy = ToyBeats(FS)
    over = follow(signal[:1000], first, memory, toy)
    again, kept = make()
    kept.restore(memory.n_samples, memory.state())
    again.restore(give_state(json.loads(json.dumps(take_state(first.state())))))
    other = ToyBeats(FS)
    other.restore(toy.snapshot())
    rest = follow(signal[1000:], first, memory, toy)
    assert follow(signal[1000:], again, kept, other) == rest
    assert again.conditions() == first.conditions()
    assert over + rest


def test_what_is_no_state_is_refused():
    with pytest.raises(TypeError):
        make()[0].restore({**make()[0].state(), "gap": 3})
