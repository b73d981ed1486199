import json
import threading

import pytest
import toy_messages as toy

from ecg_anomaly.live.monitor import feed as feed_module
from ecg_anomaly.live.monitor.feed import MOST_PATIENTS, Cursor, MonitorFeed


def make_feed(*messages: dict) -> MonitorFeed:
    feed = MonitorFeed()
    for message in messages:
        feed.publish(message)
    return feed


def alarm_states(update: dict) -> dict[str, str]:
    alarms = [a for p in update["patients"] for a in p.get("alarms", [])]
    return {a["key"]: a["state"] for a in alarms}


def test_a_browser_that_connects_later_gets_status_signal_alarms_and_trend():
    seconds = [toy.signal(s) for s in range(30)]
    feed = make_feed(toy.patient(), *seconds, toy.beats(29), toy.status(), toy.alarm())
    cursor = Cursor()
    cursor.watch((), "p1")
    (sent,) = feed.news(cursor)["patients"]
    assert sent["info"]["name"] == "Bed p1"
    assert sent["status"]["rate_bpm"] == 72.0
    assert sent["trend"]["rate_bpm"][-1] == 72.0
    assert sent["alarms"][0]["key"] == "a1"
    assert sent["beats"][0]["time_s"] == 29
    assert len(sent["signal"]["values"][0]) == 20 * toy.FS
    assert "strips" in sent


def test_what_is_sent_is_json_and_a_second_time_there_is_nothing():
    feed = make_feed(toy.patient(), toy.signal(0), toy.beats(0.5), toy.status(), toy.alarm())
    cursor = Cursor(detail="p1", watched=("p1",))
    assert json.loads(json.dumps(feed.news(cursor), allow_nan=False))["ids"] == ["p1"]
    assert feed.news(cursor) == {"type": "update", "patients": []}


def test_strips_are_for_those_who_watch():
    feed = make_feed(*(toy.signal(0, name=name) for name in "abc"))
    cursor = Cursor(watched=("b", "nobody"))
    sent = {p["id"]: "signal" in p for p in feed.news(cursor)["patients"]}
    assert sent == {"a": False, "b": True, "c": False}


def test_a_patient_is_watched_for_a_moment_after_a_browser_asked(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(feed_module, "monotonic", lambda: now[0])
    feed = make_feed(*(toy.signal(0, name=name) for name in "abc"))
    assert not any(map(feed.is_watched, "abcd"))
    feed.news(Cursor(watched=("b", "nobody"), detail="c"))
    assert [feed.is_watched(name) for name in ("a", "b", "c", "nobody")] == [0, 1, 1, 0]
    now[0] += feed_module.WATCHED_S
    assert not feed.is_watched("b")


def test_a_sleeping_browser_loses_signal_but_no_alarm():
    feed = make_feed(toy.patient())
    cursor = Cursor(watched=("p1",))
    feed.news(cursor)
    for second in range(600):
        feed.publish(toy.signal(second))
    feed.publish(toy.alarm("a1", "active"))
    feed.publish(toy.alarm("a1", "over"))
    feed.publish(toy.alarm("a2", "latched"))
    update = feed.news(cursor)
    assert alarm_states(update) == {"a1": "over", "a2": "latched"}
    assert update["patients"][0]["signal"]["sample"] == 592 * toy.FS


def test_memory_of_a_patient_and_of_a_browser_does_not_grow():
    feed = make_feed(toy.patient())
    cursor = Cursor(watched=("p1",))
    feed.news(cursor)
    sizes = []
    for day in range(2):
        for number in range(500):
            start = day * 86_400 + number * 20
            feed.publish(toy.signal(start, 20))
            feed.publish(toy.beats(*(start + i / 4 for i in range(80))))
            feed.publish(toy.alarm(f"{day}/{number}", start_s=start))
            feed.publish(toy.status())
        everything = Cursor()
        everything.watch(("p1",), "p1")
        sizes.append(len(json.dumps(feed.news(everything))))
    assert sizes[1] < sizes[0] * 1.2
    assert len(cursor.next_sample) <= 1


def test_going_from_the_large_view_to_the_wall_sends_the_strip_from_its_start():
    feed = make_feed(toy.signal(0, 5))
    cursor = Cursor()
    cursor.watch((), "p1")
    assert len(feed.news(cursor)["patients"][0]["signal"]["values"]) == 2
    cursor.watch(("p1",), "")
    signal = feed.news(cursor)["patients"][0]["signal"]
    assert (signal["sample"], len(signal["values"])) == (0, 1)


def test_a_patient_who_leaves_is_dropped_from_the_page():
    feed = make_feed(toy.patient("a"), toy.patient("b"))
    cursor = Cursor()
    feed.news(cursor)
    feed.publish({"type": "removed", "id": "a"})
    assert feed.news(cursor)["ids"] == ["b"]
    assert "ids" not in feed.news(cursor)


def test_of_too_many_patients_one_with_an_open_alarm_stays():
    feed = make_feed(toy.alarm(name="first"))
    for number in range(MOST_PATIENTS + 10):
        feed.publish(toy.patient(str(number)))
    ids = feed.snapshot()["ids"]
    assert len(ids) == MOST_PATIENTS
    assert ids[0] == "first"


def test_acknowledging_calls_back_for_known_alarms_only():
    heard: list[str] = []
    feed = MonitorFeed(heard.append)
    feed.publish(toy.alarm("a1"))
    assert feed.acknowledge("a1")
    assert not feed.acknowledge("a2")
    assert heard == ["a1"]


def test_the_callback_may_publish():
    feed = MonitorFeed()
    feed.on_acknowledge = lambda key: feed.publish(toy.alarm(key, "acknowledged"))
    feed.publish(toy.alarm("a1"))
    feed.acknowledge("a1")
    assert alarm_states(feed.snapshot()) == {"a1": "acknowledged"}


def test_an_unknown_type_of_message_is_refused():
    with pytest.raises(ValueError, match="unknown type of message 'song'"):
        MonitorFeed().publish({"type": "song", "id": "p1"})


def test_threads_that_publish_at_once_lose_nothing():
    feed = MonitorFeed()
    cursor, seen = Cursor(), {}

    def run(name: str) -> None:
        for number in range(200):
            feed.publish(toy.alarm(f"{name}{number % 5}", str(number), name=name))

    threads = [threading.Thread(target=run, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        seen |= alarm_states(feed.news(cursor))
    seen |= alarm_states(feed.news(cursor))
    assert seen == {f"{name}{k}": str(195 + k) for name in "abcd" for k in range(5)}
