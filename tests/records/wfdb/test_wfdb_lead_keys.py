"""Leads that no segment stores are none; a layout gives their order."""

from pathlib import Path

import pytest

from ecg_anomaly.records.wfdb.wfdb_header import Header
from ecg_anomaly.records.wfdb.wfdb_lead import Lead, parse_lead
from ecg_anomaly.records.wfdb.wfdb_lead_keys import distinct_headers, find_keys, number_names


def header(file: str, *names: str) -> Header:
    lines = (f"{file} 16 200 16 0 0 0 0 {name}" for name in names)
    return Header(360.0, 10, tuple(parse_lead(Path("x.hea"), line) for line in lines))


def is_stored(lead: Lead) -> bool:
    return lead.file != "~"


LAYOUT, A, B = header("~", "V1", "II", "V9"), header("a", "II", "V1"), header("b", "V5", "V1")


@pytest.mark.parametrize(
    ("headers", "names"),
    [
        ([A, B], ["II", "V1", "V5"]),
        ([LAYOUT, A, B], ["V1", "II", "V5"]),
        ([LAYOUT, B], ["V1", "V5"]),
        ([LAYOUT], []),
        ([header("a", "ECG", "ECG"), header("~", "ECG", "ECG", "ECG")], ["ECG", "ECG"]),
    ],
)
def test_leads_are_those_that_are_stored(headers, names):
    numbered = [(str(k), 10, each) for k, each in enumerate(headers)]
    assert [name for name, _ in find_keys(numbered, is_stored)] == names
    assert find_keys(numbered, lambda _: False) == []


def test_a_segment_that_comes_often_is_looked_at_once():
    assert list(distinct_headers([("a", 10, A), ("~", 5, None), ("a", 10, A)])) == [A]


def test_twenty_thousand_names_are_numbered_in_no_time():
    assert number_names(["V1"] * 20_000)[-1] == ("V1", 19_999)
