import pytest

from ecg_anomaly.live.monitor.feed import Cursor, MonitorFeed
from lab.monitor.demo_feed import play, simulate_patients


@pytest.fixture(scope="module")
def patients():
    return simulate_patients(6, 30)


def test_the_feed_gets_the_signal_beats_and_rate_of_every_patient(patients):
    feed = MonitorFeed()
    play(feed, patients, 12, pace=float("inf"))
    cursor = Cursor()
    cursor.watch((), "Bed 1")
    update = feed.news(cursor)
    assert len(update["patients"]) == 6
    large = update["patients"][0]
    assert len(large["signal"]["values"][0]) == 12 * 120
    assert 40 < large["status"]["rate_bpm"] < 140
    assert 8 < len(large["beats"]) < 25
    assert large["trend"]["rate_bpm"]


def test_a_stopped_heart_raises_an_alarm_that_can_be_acknowledged(patients):
    feed = MonitorFeed()
    play(feed, patients, 28, pace=float("inf"))

    def states() -> dict[str, str]:
        alarms = [a for p in feed.snapshot()["patients"] for a in p.get("alarms", [])]
        return {a["kind"]: a["state"] for a in alarms}

    assert states() == {"asystole": "active"}
    assert feed.acknowledge("Bed 3/0")
    assert states()["asystole"] == "acknowledged"


def test_it_stops_when_it_is_told_to(patients):
    feed = MonitorFeed()
    play(feed, patients, 1e6, stop=lambda: True, pace=1.0)
    assert len(feed.snapshot()["patients"]) == 6
