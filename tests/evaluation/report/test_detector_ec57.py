"""EC57 of a detector's calls: which records, from when on, and what goes into metrics.json."""

from dataclasses import replace

import numpy as np
import pytest
from scored_beats import make_scores

from ecg_anomaly.evaluation.report.detector_ec57 import (
    compare_detector,
    format_tables,
    headline,
    name_calls,
    write_ec57,
)
from ecg_anomaly.evaluation.report.detector_rhythms import compare_rhythms
from ecg_anomaly.records.record import Annotations, Record

FS = 10.0


def make_record(name: str, symbols: str, n_samples: int = 12_000) -> Record:
    """Annotate beats 300 samples, 30 s, apart, as `make_scores` places them."""
    marks = Annotations(np.arange(len(symbols)) * 300, np.array(list(symbols), dtype="<U1"))
    return Record(name, name, np.zeros((n_samples, 1), np.float32), FS, ("II",), marks)


def compare(symbols: str, called: str, **changes):
    scores = make_scores("N" * len(called), [0.0] * len(called))
    record = replace(make_record("r", symbols), **changes)
    return compare_detector(scores, np.array(list(called)), [record])


def test_what_is_not_flagged_is_normal_and_a_flag_without_a_class_is_unclassifiable():
    flagged = np.array([False, True, True])
    assert name_calls(flagged, np.array(["S", "S", ""])).tolist() == ["N", "S", "Q"]


def test_beats_of_the_first_five_minutes_do_not_count():
    report, from_s = compare("NNNNNNNNNNNVVe", "VVVVVVVVVVNVNS")
    assert from_s == 300
    assert report.records[0].beats.counts == {"Nn": 1, "Vv": 1, "Vn": 1, "Ss": 1}


def test_records_that_are_all_short_are_compared_from_the_start():
    report, from_s = compare("NVN", "NVV", signal=np.zeros((2000, 1), np.float32))
    assert from_s == 0
    assert report.records[0].beats.counts == {"Nn": 1, "Vv": 1, "Nv": 1}
    assert "from 0 s on; EC57 wants 300 s" in format_tables(report, from_s)


def test_a_beat_that_cannot_be_read_is_missed():
    report, _ = compare("N" * 14, "N" * 13)
    assert report.records[0].beats.counts == {"Nn": 3, "No": 1}


@pytest.mark.parametrize("changes", [{"annotations": None}, {"segment_length": 140}])
def test_nothing_to_compare_is_said(changes, tmp_path):
    report, from_s = compare("NVN", "NVV", **changes)
    assert format_tables(report, from_s) == "no labelled test record\n"
    assert headline(report, from_s)["records"] == 0
    assert headline(report, from_s)["veb_sensitivity_gross"] is None


def test_shares_of_the_headline_lie_between_0_and_1(tmp_path):
    scores = make_scores("N" * 14, [0.0] * 14)
    called = np.array(list("N" * 11 + "VVN"))
    records = [make_record("r", "N" * 12 + "VV")]
    report, from_s = compare_detector(scores, called, records)
    episodes = compare_rhythms(records, lambda _: [], from_s)
    head = write_ec57(tmp_path / "ec57.txt", report, from_s, episodes)
    assert head["veb_sensitivity_gross"] == 0.5
    assert head["veb_predictivity_average"] == 0.5
    assert head["sveb_sensitivity_gross"] is None
    assert head["af_duration_sensitivity_gross"] is None
    text = (tmp_path / "ec57.txt").read_text()
    assert "(VF detection)" not in text
    assert text.endswith("\nno reference rhythm\n")
