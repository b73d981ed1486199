"""The beginning of a text table: whole lines, and what cuts them into fields."""

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.tables import table_text
from ecg_anomaly.records.tables.table_text import (
    cut_line,
    find_separator,
    open_plain,
    read_text_head,
)


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("utf-8", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252"), ("latin-1", "cp1252")],
)
def test_lines_come_whole_in_their_encoding(tmp_path, monkeypatch, encoding, name):
    lines = ["time,EKG [\u00b5V]", *(f"{i},{i * i}" for i in range(500))]
    (tmp_path / "x.csv").write_bytes("\n".join(lines).encode(encoding))
    assert read_text_head(tmp_path / "x.csv") == (name, lines)
    monkeypatch.setattr(table_text, "HEAD_BYTES", 1001)  # within a line, and within a character
    _, read = read_text_head(tmp_path / "x.csv")
    assert len(read) > 20
    assert read == lines[: len(read)]


def test_what_is_no_text_is_refused(tmp_path):
    for content in (bytes(900), b"no number\n", b"x" * 70_000 + b"1\n2\n"):
        (tmp_path / "x.csv").write_bytes(content)
        with pytest.raises(UserError, match="first line is not text"):
            read_text_head(tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("lines", "separator"),
    [
        (["1,2", "3,4"], ","),
        (["1,5;2,5", "3,5;4,5"], ";"),
        (["1|2", "3|4"], "|"),
        (["1  2", "3 4"], " "),
        (["0,5 1,5", "2,5 3,5"], " "),
        (["0,0125", "-1,2500"], ";"),
        (["7", "8"], ","),
    ],
)
def test_a_separator_is_what_all_lines_have_equally_often(lines, separator):
    assert find_separator(lines, lines) == (separator, '"')
    assert find_separator(lines, ["'a'", *lines])[1] == "'"


def test_quotes_hold_separators():
    assert cut_line('"1,5","2,5"', ",", '"') == ["1,5", "2,5"]
    assert cut_line("'a' , 'b'", ",", "'") == ["a", "b"]
    assert cut_line("  1   2 ", " ", '"') == ["1", "2"]


def test_a_plain_file_is_read_itself_and_another_one_without_needless_spaces(tmp_path, monkeypatch):
    path = tmp_path / "x.csv"
    path.write_text(" \u00b5 ; 1 \n  2;3\n" * 40, encoding="utf-16")
    with open_plain(path, "utf-8-sig", ";", False) as given:
        assert given == path
    monkeypatch.setattr(table_text, "LINES_BYTES", 30)
    with open_plain(path, "utf-16", ";", True) as stream:
        assert stream.read().decode() == "\u00b5;1\n2;3\n" * 40
