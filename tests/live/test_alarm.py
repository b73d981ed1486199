import json

from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.live.alarm import Alarm, Condition, label_of


def make(**changes):
    known = {"key": "a:pause:1", "kind": "pause", "priority": "high", "text": "RR of 3 s"}
    return Alarm(**{**known, "start_s": 1.0, "raised_s": 4.0, "last_s": 4.0, **changes})


def test_its_state_follows_from_what_became_of_it():
    assert make().state == "active"
    assert make(acknowledged=True).state == "acknowledged"
    assert make(end_s=5.0).state == "over"
    assert make(end_s=5.0, priority="critical").state == "latched"
    assert make(end_s=5.0, priority="critical", acknowledged=True).state == "over"


def test_its_row_is_for_json_and_names_it_for_people():
    row = json.loads(json.dumps(make().to_row(250.0)))
    assert (row["label"], row["state"], row["at_sample"]) == ("pause", "active", 1000)
    assert label_of("link_lost") == "link lost"


def test_a_finding_that_goes_on_is_a_condition_without_an_end():
    finding = Finding("pause", 1.0, 4.0, 4.0, 2, 20.0, 0.9, "RR of 3 s")
    assert Condition.of_finding(finding, over=False).end_s is None
    assert Condition.of_finding(finding, over=True).end_s == 4.0
