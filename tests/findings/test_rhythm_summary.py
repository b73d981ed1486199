import json

import numpy as np
import pytest
from hand_made_beats import make_beats, make_steady

from ecg_anomaly.detector.decisions import concatenate_decisions
from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.rhythm_summary import measure_hrv, summarize_rhythm


def make(kind: str, start_s: float, end_s: float, beats: int = 2) -> Finding:
    return Finding(kind, start_s, end_s, end_s, beats, 60.0, 0.9, "why", "II")


def summarize(decisions, findings=(), duration_s=None):
    end_s = duration_s or float(decisions.time_s[-1]) + 1
    found = summarize_rhythm(decisions, findings, end_s, end_s)
    return json.loads(json.dumps(found, allow_nan=False))


def test_rates_and_when_they_were():
    found = summarize(make_beats([1.0] * 50 + [0.5] * 50 + [1.5] * 50))["heart_rate"]
    assert found["mean_bpm"] == pytest.approx(60, abs=1)
    assert (found["max_bpm"], found["min_bpm"]) == (120, 40)
    assert found["max_at_s"] == 51
    assert found["min_at_s"] == 76


def test_what_was_taken_for_beats_in_fibrillation_has_no_rate():
    decisions = make_beats([1.0] * 50 + [0.25] * 40 + [3.0] * 3 + [1.0] * 50)
    wild = summarize(decisions)
    assert wild["heart_rate"]["max_bpm"] == 240
    assert wild["longest_rr"]["rr_s"] == 3
    found = summarize(decisions, [make("ventricular_fibrillation", 51.2, 69.5)])
    assert found["heart_rate"]["max_bpm"] == found["heart_rate"]["min_bpm"] == 60
    assert found["longest_rr"]["rr_s"] == 1


def test_hrv_is_what_the_definitions_say():
    found = measure_hrv(make_batch(make_beats([0.80, 0.90, 0.70, 0.84, 0.80])))
    # Mean 808 ms; deviations -8, 92, -108, 32, -8; differences 100, -200, 140, -40.
    assert found["nn"] == 5
    assert found["sdnn_ms"] == pytest.approx((21280 / 4) ** 0.5, abs=0.06)
    assert found["rmssd_ms"] == pytest.approx((71200 / 4) ** 0.5, abs=0.06)
    assert found["pnn50"] == 0.75


def test_a_difference_of_just_50_ms_does_not_count():
    rr_s = np.tile([18, 36, 54, 36], 100) / 360 + 0.8  # steps of 50 ms, to the sample
    assert measure_hrv(make_batch(make_beats(rr_s)))["pnn50"] == 0


def test_hrv_leaves_out_ectopic_beats():
    rr_s = np.full(40, 0.8)
    rr_s[20], rr_s[21] = 0.5, 1.1
    found = measure_hrv(make_batch(make_beats(rr_s, "N" * 21 + "V" + "N" * 19)))
    assert found == {"nn": 38, "sdnn_ms": 0.0, "rmssd_ms": 0.0, "pnn50": 0.0}


def test_ectopic_beats_per_hour_and_hour_by_hour():
    decisions = make_steady(5000, 1.0, ("N" * 99 + "V") * 20 + ("N" * 49 + "S") * 60)
    found = summarize(decisions, duration_s=7200.0)
    assert found["ectopic"]["ve"] == {"beats": 20, "per_hour": 10.0}
    assert found["ectopic"]["sve"] == {"beats": 60, "per_hour": 30.0}
    assert [hour["beats"] for hour in found["hours"]] == [3599, 1401]
    assert sum(hour["sve"] for hour in found["hours"]) == 60


def test_findings_count_in_their_hours():
    findings = [
        make("atrial_fibrillation", 3000, 4200, 1600), make("pause", 10, 13),
        make("asystole", 3700, 3705), make("couplet", 5, 6), make("couplet", 9, 10),
        make("ventricular_run", 50, 52, 4), make("supraventricular_run", 60, 62, 5),
    ]  # fmt: skip
    found = summarize(make_steady(7000, 1.0), findings, 7200.0)
    assert found["atrial_fibrillation"]["burden"] == pytest.approx(1200 / 7200, abs=1e-4)
    assert [hour["af_s"] for hour in found["hours"]] == [600, 600]
    assert [hour["pauses"] for hour in found["hours"]] == [1, 1]
    assert [hour["critical"] for hour in found["hours"]] == [0, 1]
    assert found["pauses"] == {"count": 2, "longest_s": 5}
    assert found["runs_by_length"] == {
        "ventricular": {"2": 2, "4": 1},
        "supraventricular": {"5": 1},
    }


@pytest.mark.parametrize("n", [0, 1, 2, 5])
def test_few_beats_give_none_not_nan(n):
    decisions = make_steady(n) if n else concatenate_decisions([])
    found = summarize(decisions, duration_s=5.0)
    assert found["hrv"]["nn"] == max(0, n - 1)
    assert found["heart_rate"]["min_bpm"] is None
    assert len(found["hours"]) == 1
