import json
from dataclasses import replace

import pytest

from ecg_anomaly.live.alarm import Condition
from ecg_anomaly.live.alarm_book import AlarmBook
from ecg_anomaly.live.alarm_settings import AlarmRule, AlarmSettings

FS = 100.0
RULES = {
    "asystole": AlarmRule("critical"),
    "ventricular_tachycardia": AlarmRule("critical", refractory_s=30.0),
    "extreme_tachycardia": AlarmRule("critical"),
    "pause": AlarmRule("high", 2, 60.0, 100.0),
    "atrial_fibrillation": AlarmRule("high"),
    "leads_off": AlarmRule("technical"),
}
SETTINGS = AlarmSettings(rules=RULES)


@pytest.fixture
def book():
    return AlarmBook("bed 1", FS, SETTINGS)


def on(kind, start_s, found_s=None):
    return Condition(kind, start_s, found_s or start_s + 4, None, "why")


def over(kind, start_s, end_s):
    return Condition(kind, start_s, end_s, end_s, "why")


def said(events):
    return [(event.kind.removeprefix("alarm."), event.time_s) for event in events]


def play(book, conditions, until_s, step_s=0.2):
    """Update by the clock; a condition is given from when it was found to its own end."""
    events, seen = [], set()
    for turn in range(1, round(until_s / step_s) + 1):
        now_s, current = turn * step_s, []
        for first_s, last_s, condition in conditions:
            if first_s <= now_s and (last_s is None or now_s < last_s):
                current.append(condition)
            elif last_s is not None and now_s >= last_s and condition not in seen:
                seen.add(condition)
                current.append(replace(condition, end_s=last_s))
        events += book.update(now_s, current)
    return events


def test_a_critical_alarm_is_raised_once_and_latched_until_it_is_acknowledged(book):
    events = play(book, [(14, 20, on("asystole", 10))], 25)
    assert said(events) == [("asystole.raised", 14), ("asystole.ended", 20)]
    assert book.open["asystole"].state == "latched"
    key = book.open["asystole"].key
    assert said(book.acknowledge(key, 26)) == [("asystole.acknowledged", 26)]
    assert book.open == {}
    assert book.acknowledge(key, 27) == []


def test_an_acknowledged_alarm_ends_with_its_condition(book):
    book.update(14, [on("asystole", 10)])
    book.acknowledge(book.open["asystole"].key, 15)
    assert book.open["asystole"].state == "acknowledged"
    assert said(book.update(20, [over("asystole", 10, 19)])) == [("asystole.ended", 19)]
    assert book.open == {}


def test_an_alarm_nobody_acknowledges_escalates_at_exact_times_and_so_often(book):
    events = play(book, [(14, None, on("asystole", 10))], 200, 7.0)
    times = [at for kind, at in said(events) if kind.endswith("escalated")]
    assert times == [44, 74, 104]


def test_an_acknowledged_one_does_not_escalate(book):
    book.update(14, [on("asystole", 10)])
    book.acknowledge(book.open["asystole"].key, 15)
    assert book.update(100, [on("asystole", 10)]) == []


def test_n_of_m_findings_raise_a_high_alarm(book):
    assert book.update(10, [over("pause", 7, 10)]) == []
    assert book.update(80, [over("pause", 77, 80)]) == []  # the first is too long ago
    events = book.update(100, [over("pause", 97, 100)])
    assert said(events) == [("pause.raised", 100), ("pause.ended", 100)]
    assert book.open == {}


def test_within_the_refractory_time_no_new_alarm_is_raised(book):
    for at in (10, 20):
        book.update(at, [over("pause", at - 3, at)])
    assert book.update(30, [over("pause", 27, 30)]) == []
    assert said(book.update(140, [over("pause", 137, 140)])) == []  # one within 60 s
    assert said(book.update(150, [over("pause", 147, 150)]))[0] == ("pause.raised", 150)


def test_a_second_asystole_alarms_again_and_a_second_vt_within_30_s_does_not(book):
    first = [(14, 20, on("asystole", 10)), (26, 30, on("asystole", 22))]
    kinds = [kind for kind, _ in said(play(book, first, 31))]
    assert kinds.count("asystole.raised") == 2
    assert book.open["asystole"].count == 2
    runs = [
        (12, 14, on("ventricular_tachycardia", 10, 12)),
        (20, 24, on("ventricular_tachycardia", 18, 20)),
    ]
    kinds = [kind for kind, _ in said(play(AlarmBook("b", FS, SETTINGS), runs, 40))]
    assert kinds.count("ventricular_tachycardia.raised") == 1


def test_what_a_tachycardia_explains_is_no_alarm_of_its_own(book):
    together = [on("ventricular_tachycardia", 10, 12), on("extreme_tachycardia", 9, 15)]
    assert said(book.update(16, together)) == [("ventricular_tachycardia.raised", 12)]


def test_review_findings_alarm_nobody(book):
    assert book.update(5, [over("couplet", 3, 4), over("single_beats", 1, 4)]) == []


def test_quiet_mode_holds_back_high_alarms_and_no_critical_one(book):
    book.be_quiet(5, 60)
    events = book.update(14, [on("asystole", 10), on("atrial_fibrillation", 8, 12)])
    assert {e.kind: e.said["quiet"] for e in events} == {
        "alarm.asystole.raised": False, "alarm.atrial_fibrillation.raised": True,
    }  # fmt: skip
    going_on = [on("atrial_fibrillation", 8, 12)]
    assert not any("fibrillation" in e.kind for e in book.update(60, going_on))
    raised = [e for e in book.update(70, going_on) if "fibrillation" in e.kind]
    assert [(e.kind, e.time_s) for e in raised] == [("alarm.atrial_fibrillation.raised", 65.0)]


def test_quiet_mode_is_bounded_and_can_be_ended(book):
    assert book.be_quiet(0, 1e9).said == {"lasting_s": SETTINGS.longest_quiet_s}
    book.be_quiet(1, 0)
    (event,) = book.update(8, [on("atrial_fibrillation", 2, 8)])
    assert event.said["quiet"] is False


def test_alarms_of_the_last_hour_are_counted(book):
    for at in (100, 1000, 3650):
        book.update(at, [over("asystole", at - 5, at)])
        for alarm in list(book.open.values()):
            book.acknowledge(alarm.key, at)
    assert book.per_hour(3660) == 3
    assert book.per_hour(3750) == 2


def test_technical_alarms_neither_latch_nor_escalate(book):
    events = play(book, [(6, 300, on("leads_off", 1, 6))], 320, 5.0)
    assert said(events) == [("leads_off.raised", 6), ("leads_off.ended", 300)]
    assert book.open == {}


@pytest.mark.parametrize("step_s", [0.1, 0.5, 1.0])
def test_how_often_it_is_updated_changes_nothing(step_s):
    conditions = [
        (14, 50, on("asystole", 10)),
        (70, 90, on("ventricular_tachycardia", 68, 70)),
        (30, None, on("atrial_fibrillation", 0, 30)),
    ]
    expected = sorted(said(play(AlarmBook("b", FS, SETTINGS), conditions, 400)))
    assert sorted(said(play(AlarmBook("b", FS, SETTINGS), conditions, 400, step_s))) == expected


def test_a_state_goes_through_json_and_is_restored(book):
    conditions = [(14, 20, on("asystole", 10)), (3, None, on("atrial_fibrillation", 0, 3))]
    first = play(book, conditions, 30)
    assert first
    again = AlarmBook("bed 1", FS, SETTINGS)
    again.restore(json.loads(json.dumps(book.state())))
    assert again == book
    later = [on("atrial_fibrillation", 0, 3)]
    assert said(again.update(300, later)) == said(book.update(300, later))
