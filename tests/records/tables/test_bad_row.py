import pytest

from ecg_anomaly.records.tables.bad_row import explain_bad_row, is_cut_off
from ecg_anomaly.records.tables.table_layout import read_layout


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
    assert is_cut_off(path, read_layout(path)) == cut
