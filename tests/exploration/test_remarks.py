from dataclasses import replace

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.exploration.exploration_summary import summarise_records
from ecg_anomaly.exploration.remarks import count_things, name_some
from ecg_anomaly.records.record import UnusableRecord


def summarise(records, **options):
    return summarise_records(records, preprocess_config(), **options)


def remarks_of(*records):
    return summarise(records)["remarks"]


def test_clean_records_are_said_to_miss_no_sample(make_record):
    assert remarks_of(make_record("a"), make_record("b")) == ["No sample is missing."]


def test_missing_samples_are_named_worst_first(make_record):
    little, much = make_record("little"), make_record("much")
    little.signal[:10], much.signal[:500] = np.nan, np.nan
    sentence = next(s for s in remarks_of(little, much) if "missing, in" in s)
    assert sentence.index("much") < sentence.index("little")
    assert "2 records" in sentence


def test_a_flat_lead_is_named_with_its_record(make_record):
    record = make_record("a", leads=("II", "V1"))
    record.signal[:, 1] = 0
    assert any("electrode" in s and "a (V1, 100.0%)" in s for s in remarks_of(record))


def test_a_poor_record_is_named_with_its_main_flaw(make_record):
    record = make_record("a")
    record.signal[:] += np.random.default_rng([5]).normal(0, 2.0, record.signal.shape)
    assert any("a (100%, mostly noise)" in s for s in remarks_of(record, make_record("b")))


def test_different_leads_and_rates_are_said(make_record):
    (sentence,) = remarks_of(make_record("a"), make_record("b", leads=("V1",), fs=360.0))[1:]
    assert sentence == "Records differ: 2 different combinations of leads and 2 sampling rates."


def test_few_subjects_with_most_anomalous_beats_are_named(make_record):
    records = [make_record(name, "NNNN") for name in "abcd"] + [make_record("x", "VVVN")]
    assert "Half of the 3 beats outside class N come from 1 of 5 subjects: x." in remarks_of(
        *records
    )


def test_several_records_of_one_subject_are_named(make_record):
    found = remarks_of(make_record("201", subject="p"), make_record("202", subject="p"))
    assert any("1 subject has several records" in s and "p (201, 202)" in s for s in found)


def test_labels_without_a_beat_are_said(make_record):
    record = make_record("a", "+~")
    assert "1 labelled record has no beat among the labels: a." in remarks_of(record)
    assert not any("unlabelled" in s for s in remarks_of(record))


def test_records_that_are_left_out_come_first(make_record):
    out = [UnusableRecord("x/1", "x", "1.hea: no ECG"), UnusableRecord("y", "y", "truncated")]
    found = summarise([make_record("a")], left_out=out)["remarks"]
    assert found[0].startswith("2 records are left out (x/1, y): ")


def test_annotations_past_the_end_are_counted(make_record):
    records = [replace(make_record(n), n_marks_outside=k) for n, k in (("a", 2), ("b", 0))]
    assert remarks_of(*records)[0] == (
        "2 annotations lie after the last sample of the record and were left out: a (2)."
    )


def test_unlabelled_records_are_counted(make_record):
    records = [replace(make_record(name), annotations=None) for name in "ab"]
    assert remarks_of(*records)[0].startswith("2 records are unlabelled (a, b)")


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["a"], "a"), (list("abc"), "a, b and 1 more")]
)
def test_long_lists_of_names_are_cut(names, text):
    assert name_some(names, 2) == text


def test_nouns_and_verbs_follow_the_number():
    assert count_things(1, "record", "has/have") == "1 record has"
    assert count_things(0, "record", "has/have") == "0 records have"
    assert count_things(2, "record") == "2 records"
