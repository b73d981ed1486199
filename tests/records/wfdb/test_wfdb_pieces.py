"""Segments are laid end to end; what the headers of all of them hold is counted."""

from pathlib import Path

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import AS_IT_IS
from ecg_anomaly.records.wfdb import wfdb_pieces
from ecg_anomaly.records.wfdb.wfdb_header import Header, read_header
from ecg_anomaly.records.wfdb.wfdb_lead import Lead, parse_lead
from ecg_anomaly.records.wfdb.wfdb_pieces import (
    distinct_headers,
    find_keys,
    find_stored,
    lay_out,
    number_names,
    read_segment_headers,
)


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


@pytest.fixture
def path(tmp_path):
    """A record of a layout, `a` of MLII, a gap, `a` again, and `b` without an ECG, cut off."""
    (tmp_path / "layout.hea").write_text("layout 1 360 0\n~ 0 200 0 0 0 0 0 MLII\n")
    (tmp_path / "a.dat").write_bytes(bytes(2 * 500))
    (tmp_path / "a.hea").write_text("a 1 360 1000\na.dat 16 200 16 0 0 0 0 MLII\n")
    (tmp_path / "b.hea").write_text("b 1 360 700\nb.dat 16 200/mmHg 16 0 0 0 0 ABP\n")
    lines = "layout 0\na 1000\n~ 300\na 1000\nb 700\n"
    (tmp_path / "r.hea").write_text(f"r/5 1 360 3000\n{lines}")
    return tmp_path / "r.hea"


def test_pieces_follow_each_other_and_what_they_store_is_known(path):
    headers = read_segment_headers(path, read_header(path))
    assert [name for name, _, _ in headers] == ["layout", "a", "~", "a", "b"]
    pieces = list(lay_out(path, headers, 1, lambda lead: lead.name == "MLII", AS_IT_IS))
    assert [piece.n_frames for piece in pieces] == [0, 1000, 300, 1000, 700]
    assert [piece.stored is not None for piece in pieces] == [False, True, False, True, False]
    assert pieces[1].stored is pieces[3].stored
    assert list(find_stored(pieces)) == [(0, 500), (1300, 1800)]


def test_a_segment_of_another_length_is_refused(path):
    path.write_text(path.read_text().replace("a 1000", "a 900", 1).replace("3000", "2900"))
    headers = read_segment_headers(path, read_header(path))
    with pytest.raises(UserError, match=r"a\.hea: 1000 samples, r\.hea announces 900"):
        list(lay_out(path, headers, 1, lambda lead: lead.file != "~", AS_IT_IS))


def test_signals_of_all_segments_are_counted(path, monkeypatch):
    monkeypatch.setattr(wfdb_pieces, "MAX_LINES", 2 * wfdb_pieces.SEGMENT_LINES + 2)
    with pytest.raises(UserError, match="segments of more than 18 signals in all"):
        read_segment_headers(path, read_header(path))
