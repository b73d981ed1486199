import json

import numpy as np

from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.live.events import Event, beat_events, finding_event
from toy_ecg import FS, ToyBeats, make_ecg, steady


def test_a_flagged_beat_is_an_event_and_no_other():
    signal = make_ecg([*steady(1, 5), (5.0, "V"), *steady(5.8, 9)], 10)
    beats = ToyBeats(FS)
    beats.push(signal)
    assert beat_events("bed 1", beats.finish()) == []
    whole = ToyBeats(FS)
    whole.finished = True
    (event,) = beat_events("bed 1", whole.push(signal))
    assert event.key == ("bed 1", 500, "beat")
    assert event.said["class"] == "V"


def test_its_json_is_one_line_without_nan():
    event = Event("a\nb", 7, "beat", 0.07, {"rr_s": np.nan, "quality": 1 / 3, "leads": ["II"]})
    line = event.to_json()
    assert "\n" not in line
    assert json.loads(line) == {
        "stream": "a\nb", "sample": 7, "kind": "beat", "time_s": 0.07,
        "rr_s": None, "quality": 0.3333, "leads": ["II"],
    }  # fmt: skip


def test_events_are_equal_by_their_key_and_time_alone():
    assert Event("a", 1, "beat", 0.01, {"x": 1}) == Event("a", 1, "beat", 0.01, {"x": 2})
    assert Event("a", 1, "beat", 0.01).group == "beat"


def test_a_finding_says_its_rule_and_level():
    found = Finding("pause", 3.0, 6.1, 6.1, 2, 19.4, 0.9, "RR of 3.10 s", "II")
    event = finding_event("a", found, 250.0)
    assert event.key == ("a", 750, "finding.pause")
    assert event.group == "finding"
    assert event.to_row()["level"] == "high"
    assert event.to_row()["why"] == "RR of 3.10 s"
