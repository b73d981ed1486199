import itertools
import json

import numpy as np
import toy_messages as toy

from ecg_anomaly.live.monitor.patient_view import (
    LONGEST_TEXT,
    MOST_BEATS,
    MOST_FLAGGED,
    TILE_S,
    PatientView,
)
from ecg_anomaly.live.monitor.recent_signal import MOST_LEADS


def make_view() -> PatientView:
    view = PatientView("p1", itertools.count(1).__next__)
    view.take_patient(toy.patient())
    return view


def test_only_parts_that_changed_are_news():
    view = make_view()
    view.take_status(toy.status())
    # A browser that knew another patient of this name forgets the alarms of that one.
    assert view.news(0)["alarms"] == []
    assert set(view.news(0)) == {"info", "status", "alarms"}
    seen = view.changed["status"]
    assert view.news(seen) == {}
    view.take_alarm(toy.alarm())
    assert set(view.news(seen)) == {"alarms"}


def test_a_tile_gets_one_lead_and_the_large_view_all():
    view = make_view()
    for second in range(30):
        view.take_signal(toy.signal(second))
    tile, large = view.signal_news(0, large=False), view.signal_news(0, large=True)
    assert (len(tile["values"]), len(large["values"])) == (1, 2)
    assert len(tile["values"][0]) == TILE_S * toy.FS
    assert tile["sample"] + len(tile["values"][0]) == large["sample"] + len(large["values"][0])


def test_signal_is_sent_once():
    view = make_view()
    view.take_signal(toy.signal(0))
    assert view.signal_news(60, large=False)["sample"] == 60
    assert view.signal_news(100, large=False) is None


def test_after_a_restart_signal_is_sent_although_the_browser_is_ahead():
    view = make_view()
    view.take_signal(toy.signal(0))
    assert view.signal_news(5000, large=False)["sample"] == 0


def test_other_leads_start_a_new_strip():
    view = make_view()
    view.take_signal(toy.signal(0))
    view.take_signal({**toy.signal(1), "leads": ["V1", "V2"]})
    assert view.signal_news(0, large=True)["leads"] == ("V1", "V2")


def test_beats_are_bounded_and_flagged_ones_stay_longer():
    view = make_view()
    view.take_beats(toy.beats(*range(100)))
    view.take_beats(toy.beats(*range(100, 1100), flagged=False))
    sent = view.detail_news(0, 0)["beats"]
    assert len(sent) == MOST_BEATS + MOST_FLAGGED
    assert [b["time_s"] for b in sent] == [*range(60, 100), *range(940, 1100)]


def test_the_trend_is_sent_when_a_step_is_new():
    view = make_view()
    view.take_signal(toy.signal(0))
    view.take_status(toy.status())
    assert "trend" in view.detail_news(0, 0)
    assert "trend" not in view.detail_news(0, 10.0)
    view.take_signal(toy.signal(1, 10))
    view.take_status(toy.status())
    assert "trend" in view.detail_news(0, 10.0)


def test_a_rate_that_is_not_known_leaves_the_trend_alone():
    view = make_view()
    view.take_status(toy.status(None))
    assert view.trend.to_message()["rate_bpm"] == []


def test_the_strip_of_an_alarm_is_sent_again_when_it_is_full():
    view = make_view()
    view.take_signal(toy.signal(0, 3))
    view.take_alarm(toy.alarm())
    seen = view.changed["strips"]
    view.take_signal(toy.signal(3, 2))
    assert "strips" not in view.detail_news(seen, 0)
    view.take_signal(toy.signal(5, 6))
    assert len(view.detail_news(seen, 0)["strips"]["a1"]["values"][0]) == 1000


def test_of_a_recording_with_64_leads_the_first_ones_are_shown():
    view = make_view()
    leads = [f"E{n}" for n in range(64)]
    view.take_signal({**toy.signal(0), "leads": leads, "values": np.zeros((64, 100))})
    assert view.signal_news(0, large=True)["leads"] == tuple(leads[:MOST_LEADS])


def test_numbers_that_are_none_and_texts_without_end_do_not_reach_the_page():
    view = make_view()
    view.take_patient({**toy.patient(), "name": "x" * 10**6, "fs": np.float32(360)})
    view.take_status(toy.status(np.float64("nan"), quality=float("inf")))
    view.take_alarm(toy.alarm(end_s=float("nan"), label="y" * 10**6))
    view.take_beats({"beats": [{"time_s": np.float64(1), "score": np.nan, "flagged": np.True_}]})
    sent = {**view.news(0), **view.detail_news(0, 0)}
    assert len(json.dumps(sent, allow_nan=False)) < 4 * LONGEST_TEXT
    assert sent["status"]["rate_bpm"] is None
    assert view.trend.to_message()["rate_bpm"] == []
