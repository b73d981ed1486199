"""Which lead was read when."""

import numpy as np

from ecg_anomaly.detector.decisions import DTYPES, BeatDecisions, concatenate_decisions
from ecg_anomaly.triage.leads_read import count_leads_read, list_leads_read


def decide(time_s, leads, unreadable=None) -> BeatDecisions:
    n = len(time_s)
    columns = {name: np.zeros(n, kind) for name, kind in DTYPES.items()}
    columns["time_s"] = np.array(time_s, float)
    columns["lead"] = np.array(leads, object)
    columns["unreadable"] = np.array(unreadable or [""] * n, object)
    return BeatDecisions(**columns)


def test_leads_are_listed_by_span():
    found = decide([1, 2, 3, 4, 5, 6], ["II", "II", "V1", "V1", "V1", "II"])
    spans = list_leads_read(found)
    assert spans == [
        {"start_s": 1.0, "end_s": 2.0, "lead": "II", "beats": 2},
        {"start_s": 3.0, "end_s": 5.0, "lead": "V1", "beats": 3},
        {"start_s": 6.0, "end_s": 6.0, "lead": "II", "beats": 1},
    ]
    assert count_leads_read(spans) == {"II": 3, "V1": 3}


def test_a_beat_that_no_lead_can_read_is_of_no_span_and_ends_none():
    leads = ["V1", "II", "V1", "V1", "II"]
    spans = list_leads_read(decide([1, 2, 3, 4, 5], leads, ["", "noise", "", "", "flat"]))
    assert spans == [{"start_s": 1.0, "end_s": 4.0, "lead": "V1", "beats": 3}]


def test_where_nothing_was_read_there_is_no_span():
    assert list_leads_read(concatenate_decisions([])) == []
    assert list_leads_read(decide([1], ["II"], ["flat"])) == []
    assert count_leads_read([]) == {}


def test_the_most_used_lead_comes_first():
    spans = list_leads_read(decide([1, 2, 3, 4], ["I", "V5", "V5", "V5"]))
    assert list(count_leads_read(spans).items()) == [("V5", 3), ("I", 1)]
