from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.exploration.labelled_beats import find_beat_marks
from ecg_anomaly.exploration.mean_beats import BeatShapes


def shapes_of(*records):
    shapes = BeatShapes()
    for record in records:
        shapes.add(record, find_beat_marks(record))
    return shapes.summarise()


def test_the_mean_beat_peaks_at_the_r_peak(make_record):
    (row,) = shapes_of(make_record())
    time_s, mean = np.array(row["time_s"]), np.array(row["classes"]["N"]["mean_mv"])
    assert time_s[mean.argmax()] == 0
    assert mean.max() == pytest.approx(1, abs=0.02)


def test_sampling_rates_mix(make_record):
    slow, fast = make_record("a", fs=200.0), make_record("b", fs=1000.0)
    (row,) = shapes_of(slow, fast)
    assert row["classes"]["N"]["n"] == 40
    assert max(row["classes"]["N"]["sd_mv"]) < 0.03


def test_mean_and_deviation_are_those_of_all_beats_whatever_the_records(make_record):
    record = make_record(symbols="N" * 12)
    louder = replace(record, signal=3 * record.signal)
    (row,) = shapes_of(record, louder)
    peak = int(np.argmax(row["classes"]["N"]["mean_mv"]))
    assert row["classes"]["N"]["mean_mv"][peak] == pytest.approx(2, abs=0.03)
    assert row["classes"]["N"]["sd_mv"][peak] == pytest.approx(1, abs=0.03)


def test_an_offset_does_not_move_the_mean_beat(make_record):
    record = make_record()
    (plain,), (shifted,) = shapes_of(record), shapes_of(replace(record, signal=record.signal + 4))
    np.testing.assert_allclose(
        plain["classes"]["N"]["mean_mv"], shifted["classes"]["N"]["mean_mv"], atol=1e-3
    )


def test_beats_that_touch_missing_samples_are_left_out_lead_by_lead(make_record):
    record = make_record(leads=("II", "V1"))
    record.signal[record.annotations.sample[3], 1] = np.nan
    rows = {row["lead"]: row["classes"]["N"]["n"] for row in shapes_of(record)}
    assert rows == {"II": 20, "V1": 19}


def test_beats_at_the_ends_of_the_record_are_left_out(make_record):
    record = make_record(rr_s=0.3)  # the first beat has 0.3 s before it, less than 0.35 s
    (row,) = shapes_of(record)
    assert row["classes"]["N"]["n"] == 18


def test_beats_that_came_cut_out_keep_their_own_windows(cut_out_record):
    (row,) = shapes_of(cut_out_record)
    assert row["cut_out"]
    assert {name: beat["n"] for name, beat in row["classes"].items()} == {"N": 3, "V": 1}
    first = cut_out_record.signal[:100, 0]
    mean = np.interp(np.linspace(0, 160, 100), np.arange(161), row["classes"]["N"]["mean_mv"])
    np.testing.assert_allclose(mean, first - np.median(first), atol=0.02)
    assert max(row["classes"]["N"]["sd_mv"]) < 1e-4


def test_a_day_is_cut_in_chunks_to_the_same_result(make_record, monkeypatch):
    record = make_record(symbols="NV" * 10)
    whole = shapes_of(record)
    monkeypatch.setattr("ecg_anomaly.exploration.mean_beats.CHUNK", 3)
    assert shapes_of(record) == whole


def test_without_beats_there_is_no_shape(make_record):
    assert shapes_of(replace(make_record(), annotations=None)) == []


def test_a_record_that_is_all_missing_has_no_shape(make_record):
    record = make_record()
    assert shapes_of(replace(record, signal=np.full_like(record.signal, np.nan))) == []
