from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.resting.lead_segments import LeadSegment
from ecg_anomaly.records.resting.resting_record import RestingRecord
from ecg_anomaly.records.stored_values import MAX_DURATION_S

PATH = Path("/data/ecg 1.xml")


def segment(name: str, n: int = 500, start_s: float = 0.0, first: float = 1.0, **others):
    defaults = {"unit": "mV", "fs": 500.0, **others}
    return LeadSegment(name, values=first + np.arange(n) * 0.001, start_s=start_s, **defaults)


def test_a_recording_of_two_leads():
    recording = RestingRecord(PATH, [segment("V1"), segment("V2", unit="uV")], notes=("a note",))
    assert (recording.name, recording.fs, recording.n_samples) == ("ecg 1", 500.0, 500)
    assert (recording.leads, recording.notes) == (("V1", "V2"), ("a note",))
    found = recording.read(10, 20, [1, 0])
    assert found.dtype == np.float32
    np.testing.assert_allclose(found[:, 1], 1 + np.arange(10, 20) * 0.001, rtol=1e-6)
    np.testing.assert_allclose(found[:, 0], found[:, 1] * 1e-3, rtol=1e-6)
    found[:] = 9  # the caller's own
    assert recording.read(10, 20).max() < 2


def test_a_recording_of_a_month_is_read():
    recording = RestingRecord(PATH, [segment("V1"), segment("V2", start_s=MAX_DURATION_S - 1)])
    assert recording.n_samples == MAX_DURATION_S * 500
    with pytest.raises(UserError, match="days apart"):
        RestingRecord(PATH, [segment("V1"), segment("V2", start_s=MAX_DURATION_S - 0.9)])


def test_leads_that_follow_each_other_are_laid_out_in_time():
    rows = [
        segment("V1", start_s=100.0),
        segment("V2", start_s=101.0),
        segment("V1", start_s=104.0),
    ]
    recording = RestingRecord(PATH, rows)
    assert recording.n_samples == 5 * 500
    whole = recording.read(0, 2500)
    assert np.isfinite(whole).sum(axis=0).tolist() == [1000, 500]
    assert np.isfinite(whole[:500, 0]).all()
    assert np.isfinite(whole[500:1000, 1]).all()
    starts = [0, 499, 500, 999, 1000, 1999, 2000, 2499, 2500]
    assert [*map(recording.next_stored, starts)] == [0, 499, 500, 999, 2000, 2000, 2000, 2499, 2500]
    edges = np.sort(np.random.default_rng(0).integers(0, 2501, (30, 2)), axis=1).tolist()
    for start, stop in edges:
        np.testing.assert_array_equal(recording.read(start, stop), whole[start:stop])


def test_what_is_there_twice_is_read_once_and_said():
    rows = [segment("V1"), segment("V1", start_s=0.5, first=5.0), segment("V1", first=9.0)]
    recording = RestingRecord(PATH, rows)
    assert recording.n_samples == 750
    found = recording.read(0, 750)[:, 0]
    assert (found[:500] < 2).all()
    assert (found[500:] > 5).all()
    assert recording.notes == ("parts of 1 leads are there twice, the earlier one is read",)


def test_limb_leads_are_added_said_and_can_be_left_out():
    rows = [segment("I"), segment("II", first=3.0)]
    recording = RestingRecord(PATH, rows)
    assert recording.leads == ("I", "II", "III", "aVR", "aVL", "aVF")
    assert recording.notes == ("computed from leads I and II: III, aVR, aVL, aVF",)
    values = dict(zip(recording.leads, recording.read(0, 1)[0].tolist(), strict=True))
    assert values["III"] == 2
    assert values["aVR"] == -2
    less = RestingRecord(PATH, rows, ReadOptions(lead="III", ignore=("AVR", "avl", "avf", "II")))
    assert less.leads == ("I", "III")
    assert [left.name for left in less.left_out] == ["II", "aVR", "aVL", "aVF"]


def test_signals_of_another_rate_or_kind_are_left_out_and_said():
    rows = [segment("V1"), segment("V2", fs=250.0), segment("PLETH"), segment("V3", fault="odd")]
    recording = RestingRecord(PATH, rows)
    assert recording.leads == ("V1",)
    assert {left.name: left.why for left in recording.left_out} == {
        "V2": "another sampling rate", "PLETH": "no ECG by its name", "V3": "odd",
    }  # fmt: skip
    with pytest.raises(UserError, match="no ECG among the signals PLETH"):
        RestingRecord(PATH, rows[2:3])


def test_a_signal_without_a_name_is_looked_at():
    beats = np.tile(np.concatenate([np.zeros(370), np.hanning(30), np.zeros(0)]), 20)
    rng = np.random.default_rng(0)
    rows = [
        LeadSegment("one", "mV", 500.0, beats + rng.normal(0, 0.01, len(beats))),
        LeadSegment("two", "mV", 500.0, rng.normal(0, 1, len(beats))),
    ]
    assert RestingRecord(PATH, rows).leads == ("one",)


def test_the_unit_can_be_stated():
    with pytest.raises(UserError, match="no unit"):
        RestingRecord(PATH, [segment("V1", unit="")])
    assert RestingRecord(PATH, [segment("V1", unit="")], ReadOptions(unit="V")).read(0, 1) == 1000


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        ([segment("V1", fs=1.0)], "sampling rate"),
        ([segment("V1", fs=np.nan)], "sampling rate"),
        ([segment("V1", fs=np.inf)], "sampling rate"),
        ([segment("V1"), segment("V2", start_s=1e9)], "days apart"),
        ([segment("V1"), segment("V2", start_s=np.inf)], "days apart"),
        ([segment("V1", scale=1e30)], "amplitude of"),
        ([segment("V1", offset=1e300)], "amplitude of"),
        ([segment("V1", scale=np.inf)], "amplitude of"),
        ([segment("I", scale=1e308, first=1e300), segment("II", offset=np.inf)], "amplitude of"),
        ([segment(f"V{i}") for i in range(70)], "more than 64"),
        ([segment("V1", fault="odd")], "odd"),
    ],
)
def test_what_is_beyond_belief_is_refused(rows, rule):
    with pytest.raises(UserError, match=rule):
        RestingRecord(PATH, rows)
