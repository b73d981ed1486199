import json
import weakref
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.exploration.exploration_summary import list_codes, summarise_records
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Record, UnusableRecord


def summarise(records, **options):
    return summarise_records(records, preprocess_config(), **options)


def as_json(summary):
    return json.dumps(summary, allow_nan=False)


def test_the_total_adds_the_records_up(make_record):
    records = [
        make_record("a", "NNVN", subject="p1", leads=("II", "V1")),
        make_record("b", "NNNA", subject="p1", fs=500.0),
        make_record("c", "N+VV", subject="p2"),
    ]
    total = summarise(iter(records))["total"]
    assert (total["n_records"], total["n_subjects"], total["n_labelled"]) == (3, 2, 3)
    assert total["n_beats"] == sum(total["classes"].values()) == 11
    assert total["classes"] == {"N": 7, "S": 1, "V": 3, "F": 0, "Q": 0}
    assert total["anomalous_share"] == pytest.approx(4 / 11, rel=1e-4)
    assert total["leads"] == {"II": 3, "V1": 1}
    assert total["fs"] == {"250": 2, "500": 1}
    assert total["hours"] == pytest.approx(sum(r.duration_s for r in records) / 3600, rel=1e-4)


def test_records_keep_their_order_and_subjects_start_with_the_most_anomalous(make_record):
    records = [make_record("a", "NNNN"), make_record("b", "VVNN"), make_record("c", "NNNV")]
    summary = summarise(records)
    assert [row["name"] for row in summary["records"]] == ["a", "b", "c"]
    assert [row["name"] for row in summary["subjects"]] == ["b", "c", "a"]


def test_a_record_is_released_before_the_next_one_is_read(make_record):
    seen = []

    def read(name):
        record = make_record(name)
        seen.append(weakref.ref(record))
        return record

    def stream():
        for name in "abc":
            assert not any(ref() for ref in seen)
            yield read(name)

    assert len(summarise(stream())["records"]) == len(seen) == 3


def test_two_passes_give_the_same_bytes(make_record, cut_out_record):
    def records():
        return [make_record("a", "NNVNA" * 4), cut_out_record]

    assert as_json(summarise(records())) == as_json(summarise(records()))


def test_heart_rate_and_rr_follow_from_the_beats(make_record):
    summary = summarise([make_record(symbols="N" * 10 + "V", rr_s=0.8)])
    assert summary["records"][0]["heart_rate_bpm"] == {"p5": 75.0, "median": 75.0, "p95": 75.0}
    assert {k: row["n"] for k, row in summary["rr"]["classes"].items()} == {"N": 9, "V": 1}


def test_escape_beats_go_where_they_are_told(make_record):
    classes = {
        split: summarise([make_record(symbols="NNe")], escape_beats=split)["total"]["classes"]
        for split in "SN"
    }
    assert (classes["S"]["S"], classes["N"]["S"]) == (1, 0)


def test_an_unlabelled_record_is_summarised_without_classes(make_record):
    summary = summarise([replace(make_record(), annotations=None)])
    as_json(summary)
    row = summary["records"][0]
    assert (row["labelled"], row["n_beats"], row["anomalous_share"]) == (False, 0, None)
    assert row["heart_rate_bpm"] is None
    assert summary["rr"]["classes"] == {}
    assert summary["mean_beats"] == summary["codes"] == []
    assert "unlabelled" in summary["remarks"][0]


def test_beats_laid_end_to_end_have_shapes_but_no_rhythm(cut_out_record):
    summary = summarise([cut_out_record])
    assert summary["total"]["hours"] == 0
    assert summary["rr"]["classes"] == {}
    assert set(summary["mean_beats"][0]["classes"]) == {"N", "V"}
    assert summary["records"][0]["lead_quality"][0]["wander_mv"] is None
    assert "RR intervals" in summary["remarks"][0]


def test_missing_samples_are_counted(make_record):
    record = make_record(leads=("II", "V1"))
    record.signal[:100, 1] = np.nan
    summary = summarise([record, make_record("whole")])
    row = summary["records"][0]
    assert row["n_missing"] == 100
    assert row["missing_share"] == pytest.approx(100 / record.signal.size, rel=1e-4)
    assert [lead["missing_share"] > 0 for lead in row["lead_quality"]] == [False, True]
    assert summary["total"]["missing_share"] < row["missing_share"]


@pytest.mark.parametrize("value", [np.nan, 0.0])
def test_a_record_without_a_signal_is_summarised(make_record, value):
    record = make_record()
    summary = summarise([replace(record, signal=np.full_like(record.signal, value))])
    as_json(summary)
    states = summary["records"][0]["states"]
    assert states["missing samples" if np.isnan(value) else "flat line"] == 1
    assert states["good"] == 0


def test_a_record_without_samples_is_summarised():
    summary = summarise([Record("r", "s", np.zeros((0, 1), np.float32), 250.0, ("II",))])
    as_json(summary)
    assert summary["records"][0]["states"]["good"] is None
    assert summary["total"]["missing_share"] is None


def test_without_a_record_there_is_nothing_to_explore():
    with pytest.raises(UserError, match="no recording to explore; run `dvc repro extract`"):
        summarise(iter([]))


def test_codes_are_listed_with_their_class_most_frequent_first():
    rows = list_codes(Counter({"V": 3, "+": 5, "e": 3}), "N")
    assert [(row["symbol"], row["aami_class"], row["n"]) for row in rows] == [
        ("+", "", 5), ("V", "V", 3), ("e", "N", 3),
    ]  # fmt: skip


def test_an_unknown_code_is_called_another_mark():
    assert list_codes(Counter({"Z": 1}))[0]["meaning"] == "other mark"


def test_without_codes_there_is_no_row():
    assert list_codes(Counter()) == []


def test_what_is_left_out_is_listed_whether_it_was_read_or_not(make_record, cut_out_record):
    short = make_record("short")
    short = replace(short, signal=short.signal[:50], annotations=None)
    out = UnusableRecord("x/1", "x", "1.hea: no ECG")
    summary = summarise([make_record("a"), short, cut_out_record], left_out=[out])
    assert summary["left_out"] == [
        {"name": "x/1", "subject": "x", "why": "1.hea: no ECG"},
        {"name": "short", "subject": "short", "why": "0.20 s long, a window takes 0.80 s"},
    ]
    assert summary["total"]["n_left_out"] == 2
    assert [row["name"] for row in summary["records"]] == ["a", "short", "train"]


def test_annotations_past_the_end_are_counted(make_record):
    records = [replace(make_record(n), n_marks_outside=k) for n, k in (("a", 2), ("b", 1))]
    summary = summarise(records)
    assert [row["n_marks_outside"] for row in summary["records"]] == [2, 1]
    assert summary["total"]["n_marks_outside"] == 3


def test_notes_are_listed_with_their_records(make_record):
    records = [replace(make_record(name), notes=("no gain",)) for name in "ab"]
    summary = summarise([*records, make_record("c")])
    assert summary["notes"] == [{"note": "no gain", "records": ["a", "b"]}]
    assert [row["notes"] for row in summary["records"]] == [["no gain"], ["no gain"], []]
    (said,) = (remark for remark in summary["remarks"] if "notes on what was assumed" in remark)
    assert "2 records" in said
    assert "(a, b)" in said
