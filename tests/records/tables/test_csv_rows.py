import numpy as np
import pandas as pd
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.tables import csv_rows, parquet_rows, table_text
from ecg_anomaly.records.tables.csv_rows import CsvRows, ends_within_line, explain_bad_row
from ecg_anomaly.records.tables.table_layout import read_layout


def join(blocks):
    return np.concatenate([np.column_stack(block) for block in blocks])


def test_rows_come_in_blocks_and_empty_fields_are_nan(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_rows, "BLOCK_BYTES", 64)
    values = np.arange(120.0).reshape(60, 2)
    values[3, 1] = np.nan
    pd.DataFrame(values, columns=["II", "V1"]).to_csv(tmp_path / "x.csv", index=False)
    rows = CsvRows(tmp_path / "x.csv")
    blocks = list(rows.read([0, 1], []))
    assert [column.name for column in rows.columns] == ["II", "V1"]
    assert len(blocks) > 5
    np.testing.assert_array_equal(join(blocks), values)


def test_columns_come_in_the_order_in_which_they_are_asked_for(tmp_path):
    (tmp_path / "x.csv").write_text("time,II,V1\n0:00.1,1,2\n0:00.2,3,4\n")
    ((v1, ii, time),) = CsvRows(tmp_path / "x.csv").read([2, 1], [0])
    assert (v1.tolist(), ii.tolist()) == ([2, 4], [1, 3])
    assert time.to_pylist() == ["0:00.1", "0:00.2"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("spaces", [" ", "    "])
def test_spaces_separate_as_many_as_there_are(tmp_path, monkeypatch, encoding, spaces):
    monkeypatch.setattr(csv_rows, "BLOCK_BYTES", 50)
    monkeypatch.setattr(table_text, "LINES_BYTES", 50)
    lines = [f" {i}{spaces}{i / 8} " for i in range(100)]
    (tmp_path / "x.txt").write_text("\n".join(["\u00b5  II", *lines]) + "\n", encoding=encoding)
    found = join(CsvRows(tmp_path / "x.txt").read([0, 1], []))
    np.testing.assert_array_equal(found[:, 1], np.arange(100) / 8)


def test_comments_and_empty_lines_between_the_rows_are_passed_over(tmp_path):
    (tmp_path / "x.csv").write_text("II,V1\n1,2\n\n# paused\n3,4\n5,6\n")
    assert join(CsvRows(tmp_path / "x.csv").read([0, 1], [])).tolist() == [[1, 2], [3, 4], [5, 6]]


def test_a_last_line_that_was_cut_off_is_told_and_no_other_short_line_is(tmp_path):
    (tmp_path / "x.csv").write_text("II,V1\n1,2\n3,4\n0.5")
    rows = CsvRows(tmp_path / "x.csv")
    assert join(rows.read([0, 1], [])).tolist() == [[1, 2], [3, 4]]
    assert rows.cut_line == "0.5"
    for text in ("II,V1\n1,2\n3\n5,6\n7,8\n", "II,V1\n1,2\n3,4\n5\n", "II,V1\n1,2\n3\n5,6\n7"):
        (tmp_path / "x.csv").write_text(text)
        with pytest.raises(UserError, match=r"line \d has 1 fields, not 2 as in the others"):
            list(CsvRows(tmp_path / "x.csv").read([0, 1], []))


@pytest.mark.parametrize("separator", [",", ";", "|", "\t"])
def test_spaces_beside_separators_change_nothing(tmp_path, separator):
    text = " II , V1\n" + " 1 , NA \n3,  4\n" * 20
    (tmp_path / "x.csv").write_text(text.replace(",", separator))
    found = join(CsvRows(tmp_path / "x.csv").read([0, 1], []))
    np.testing.assert_array_equal(found[:2], [[1, np.nan], [3, 4]])


def explain(path, text, columns=(0, 1)):
    path.write_text(text)
    return explain_bad_row(path, read_layout(path), list(columns), ValueError("what it was"))


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        ("3,four", "line 12 has 'four' under 'V1', where a number or nothing belongs"),
        ("3", "line 12 has 1 fields, not 2 as in the others: '3'"),
        ("3,4,5", "line 12 has 3 fields, not 2 as in the others: '3,4,5'"),
        ("3,1 000", "line 12 has '1 000' under 'V1'"),
        ("x" * 500 + ",1", "line 12 has '" + "x" * 40 + "' under 'II'"),
    ],
)
def test_the_line_and_what_stands_there_are_told(tmp_path, bad, rule):
    text = "II,V1\n" + "1,-\n" * 10 + f"{bad}\n" + "5,6\n" * 10
    error = explain(tmp_path / "x.csv", text)
    assert error.rule.startswith(rule)
    assert error.way_out == "correct the line"
    assert len(str(error)) < len(str(tmp_path)) + 150


def test_a_column_that_is_not_read_may_hold_what_it_likes(tmp_path):
    assert explain(tmp_path / "x.csv", "II,note\n1,a\n2,b\n", (0,)).rule.endswith("(what it was)")


def test_a_decimal_point_beside_decimal_commas_is_told(tmp_path):
    text = "II;V1\n" + "1,5;2,5\n" * 50 + "1.5;2,5\n" + "1,5;2,5\n" * 50
    path = tmp_path / "x.csv"
    path.write_text(text.replace("1.5", "1,5"))
    layout = read_layout(path)
    path.write_text(text)
    assert "line 52 has '1.5'" in explain_bad_row(path, layout, [0, 1], ValueError()).rule


@pytest.mark.parametrize(("end", "cut"), [("\n5", True), ("\n5,6", False), ("\n5\n", False)])
def test_a_file_that_ends_within_a_line_is_cut_off(tmp_path, end, cut):
    path = tmp_path / "x.csv"
    path.write_text("II,V1\n1,2\n3,4" + end)
    assert ends_within_line(path, read_layout(path)) == cut


def test_without_arrow_it_is_said_what_to_install(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("II\n1\n2\n")
    monkeypatch.setattr(parquet_rows, "find_spec", lambda _: None)
    with pytest.raises(UserError, match="pip install pyarrow"):
        CsvRows(path)
