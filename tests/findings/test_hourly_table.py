import numpy as np
import pytest
from hand_made_beats import make_beats, make_steady

from ecg_anomaly.detector.decisions import concatenate_decisions
from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.hourly_table import RATE_INTERVALS, list_hours, sum_intervals


def test_every_beat_is_in_its_hour():
    hours = list_hours(make_batch(make_steady(9000, 1.0)), [], 9100.0)
    assert [hour["beats"] for hour in hours] == [3599, 3600, 1801]
    assert [hour["start_s"] for hour in hours] == [0, 3600, 7200]
    assert {hour["mean_bpm"] for hour in hours} == {60.0}


def test_rates_are_those_of_the_hour():
    rr_s = np.where(np.arange(8000) < 3000, 1.0, 0.5)
    first, second = list_hours(make_batch(make_beats(rr_s)), [], 7000.0)
    assert (first["min_bpm"], first["max_bpm"]) == (60, 120)
    assert (second["min_bpm"], second["max_bpm"]) == (120, 120)


def test_fibrillation_is_spread_over_the_hours_it_lasts():
    found = Finding("atrial_fibrillation", 3500, 7300, 3530, 5000, 80.0, 0.9, "why", "II")
    hours = list_hours(make_batch(make_steady(9000, 1.0)), [found], 9100.0)
    assert [hour["af_s"] for hour in hours] == [100, 3600, 100]


def test_an_unknown_interval_makes_its_sums_unknown():
    batch = make_batch(make_steady(30, 1.0, "N" * 15 + "x" + "N" * 14))
    known = np.isfinite(sum_intervals(batch))
    assert known.sum() == 30 - RATE_INTERVALS - (RATE_INTERVALS + 1)
    assert sum_intervals(batch)[0] == pytest.approx(RATE_INTERVALS)


def test_no_beats_are_one_empty_hour():
    (hour,) = list_hours(make_batch(concatenate_decisions([])), [], 5.0)
    assert (hour["beats"], hour["mean_bpm"], hour["min_bpm"]) == (0, None, None)
