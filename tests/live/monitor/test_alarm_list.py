import numpy as np
import pytest

from ecg_anomaly.live.monitor.alarm_list import MOST_ALARMS, AlarmList, is_open
from ecg_anomaly.live.monitor.recent_signal import RecentSignal

FS = 100.0


def alarm(key: str, state: str = "active", priority: str = "high", start_s: float = 10.0) -> dict:
    return {"key": key, "state": state, "priority": priority, "start_s": start_s}


def signal_until(end_s: float) -> RecentSignal:
    signal = RecentSignal(FS, ("I",))
    signal.append(0, np.arange(round(end_s * FS))[None] / 1000)
    return signal


def test_a_strip_begins_before_the_alarm_and_fills_up_while_signal_comes():
    alarms, signal = AlarmList(), signal_until(12)
    alarms.update(alarm("a"), signal)
    assert alarms.filling
    for start in range(12, 20):
        signal.append(start * 100, np.arange(start * 100, start * 100 + 100)[None] / 1000)
        alarms.fill_strips(signal)
    strip = alarms.strips_to_message()["a"]
    assert (strip["sample"], strip["fs"], strip["leads"]) == (600, FS, ("I",))
    assert strip["values"] == [list(range(600, 1600))]
    assert not alarms.filling


def test_of_an_alarm_that_began_long_ago_the_strip_is_of_when_it_was_raised():
    alarms = AlarmList()
    alarms.update({**alarm("a", start_s=0), "raised_s": 59.0}, signal_until(60))
    strip = alarms.strips_to_message()["a"]
    assert (strip["at_s"], strip["sample"]) == (59.0, 5500)


def test_an_alarm_that_comes_when_its_signal_is_gone_has_no_strip_of_other_signal():
    alarms = AlarmList()
    alarms.update({**alarm("a", start_s=0), "raised_s": 3.0}, signal_until(60))
    assert alarms.strips_to_message() == {}


def test_the_strip_of_an_alarm_begins_where_signal_is_known():
    alarms = AlarmList()
    alarms.update(alarm("a", start_s=41), signal_until(60))
    assert alarms.strips_to_message()["a"]["sample"] == 4000


def test_without_signal_there_is_an_alarm_without_a_strip():
    alarms = AlarmList()
    alarms.update(alarm("a"), None)
    assert "a" in alarms
    assert alarms.strips_to_message() == {}


def test_a_new_state_takes_the_place_of_the_old_one():
    alarms = AlarmList()
    for state in ("active", "acknowledged", "over"):
        alarms.update(alarm("a", state), None)
    assert alarms.to_message() == [{**alarm("a", "over"), "open": False}]


@pytest.mark.parametrize("state", ["active", "latched", "acknowledged", "escalated"])
def test_an_alarm_is_open_until_it_is_over(state):
    assert is_open(alarm("a", state))
    assert not is_open(alarm("a", "over"))


def test_memory_is_bounded_and_closed_alarms_leave_first():
    alarms = AlarmList()
    alarms.update(alarm("first", priority="critical"), signal_until(12))
    for number in range(200):
        state = "active" if number % 50 == 0 else "over"
        alarms.update(alarm(str(number), state, start_s=number), signal_until(12))
    kept = {entry["key"] for entry in alarms.to_message()}
    assert len(kept) == MOST_ALARMS
    assert {"first", "0", "50", "100", "150"} <= kept
    assert set(alarms.strips_to_message()) == kept


def test_of_too_many_open_alarms_a_critical_one_stays():
    alarms = AlarmList()
    alarms.update(alarm("critical", priority="critical", start_s=0), None)
    for number in range(100):
        alarms.update(alarm(str(number), priority="technical", start_s=1 + number), None)
    assert "critical" in alarms
    assert "0" not in alarms
