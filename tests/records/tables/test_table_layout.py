"""How a table is written is found out from its first lines."""

import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.tables.table_layout import read_layout

PLAIN = [f"{i / 250:.3f},{i % 7 - 3 + 0.25},{i % 5 + 0.5}" for i in range(50)]


def layout_of(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "x.csv"
    path.write_bytes(text.encode(encoding))
    return read_layout(path)


def names(layout):
    return [column.name for column in layout.columns]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", " "])
@pytest.mark.parametrize("decimal", [".", ","])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separator_and_decimal_sign_are_found(tmp_path, separator, decimal, end):
    if separator == decimal:
        return
    lines = ["time,II,V1", *PLAIN]
    lines = [x.replace(",", "\0").replace(".", decimal).replace("\0", separator) for x in lines]
    layout = layout_of(tmp_path, end.join(lines) + end)
    assert (layout.separator, layout.decimal, layout.n_skipped) == (separator, decimal, 1)
    assert names(layout) == ["time", "II", "V1"]


@pytest.mark.parametrize(
    ("above", "expected", "units"),
    [
        ("time,II,V1", ["time", "II", "V1"], ["", "", ""]),
        ("time,II,V1\ns,mV,uV", ["time", "II", "V1"], ["s", "mV", "uV"]),
        ("'Elapsed time','II','V1'\n'hh:mm:ss.mmm','mV','mV'", ["Elapsed time", "II", "V1"],
         ["hh:mm:ss.mmm", "mV", "mV"]),
        ("# made by a logger\n# 2023\ntime,II,V1", ["time", "II", "V1"], ["", "", ""]),
        ("Name,Somebody\nSex,-\n\ntime,II [mV],V1 [mV]", ["time", "II", "V1"], ["", "mV", "mV"]),
        ("# time,II,V1", ["time", "II", "V1"], ["", "", ""]),
        ("II,V1", ["index", "II", "V1"], ["", "", ""]),
    ],
)  # fmt: skip
def test_names_and_units_stand_above_the_numbers(tmp_path, above, expected, units):
    layout = layout_of(tmp_path, above + "\n" + "\n".join(PLAIN) + "\n")
    assert names(layout) == expected
    assert [column.unit for column in layout.columns] == units
    assert layout.n_skipped == above.count("\n") + 1


def test_without_names_the_columns_are_numbered(tmp_path):
    layout = layout_of(tmp_path, "\n".join(PLAIN))
    assert (names(layout), layout.n_skipped) == (["column 1", "column 2", "column 3"], 0)
    assert layout.columns[0].fault == "only counts"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"])
def test_every_usual_encoding_is_found(tmp_path, encoding):
    text = "time,EKG [\u00b5V],V1\n" + "\n".join(PLAIN)
    layout = layout_of(tmp_path, text, encoding)
    assert (layout.columns[1].name, layout.columns[1].unit) == ("EKG", "\u00b5V")


@pytest.mark.parametrize("word", ["", "NA", "NaN", "None", "-", "#N/A", "null", "n/a", "?"])
def test_missing_samples_at_the_start_are_data(tmp_path, word):
    text = "II,V1\n" + f"{word},{word}\n" * 3 + "0.5,0.25\n0.75,1.5\n" * 30
    assert layout_of(tmp_path, text).n_skipped == 1


def test_what_a_watch_writes_above_its_samples_is_understood(tmp_path):
    above = 'Name,Somebody\nRecorded Date,2023-01-01 10:00:00 +0100\nDevice,"Watch6,1"\n'
    above += "Sample Rate,512 hertz\n\n\nLead,Lead I\nUnit,\u00b5V\n\n"
    layout = layout_of(tmp_path, above + "\n".join(f"{i % 9 - 3}.5" for i in range(99)))
    assert (layout.fs, names(layout), layout.columns[0].unit) == (512.0, ["Lead I"], "\u00b5V")
    assert layout.n_skipped == 9


@pytest.mark.parametrize(
    "line", ["# fs = 250", "Sampling rate: 250 Hz", "sampling_frequency,250.0", "Abtastrate;250"]
)
def test_a_rate_above_the_names_is_read(tmp_path, line):
    assert layout_of(tmp_path, f"{line}\ntime,II,V1\n" + "\n".join(PLAIN)).fs == 250.0


def test_a_column_of_text_is_none_of_numbers(tmp_path):
    layout = layout_of(tmp_path, "II,rhythm\n" + "0.5,sinus\n0.25,sinus\n" * 9)
    assert [column.fault for column in layout.columns] == ["", "holds text"]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"II,V1\n", "no row of numbers, line 1 is 'II,V1'"),
        (b"name\nno number\n", "not text"),
        (bytes(900), "not text"),
        (b"x" * 70_000 + b"1\n2\n", "not text"),
        (("1," * 600 + "1\n").encode() * 3, "601 columns"),
    ],
)
def test_what_is_no_table_of_numbers_is_refused(tmp_path, content, rule):
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(UserError) as caught:
        read_layout(tmp_path / "x.csv")
    assert rule in caught.value.rule
    assert len(caught.value.rule) < 120


def test_one_column_of_decimal_commas_is_not_two(tmp_path):
    layout = layout_of(tmp_path, "EKG\n" + "0,0125\n-1,2500\n" * 20)
    assert (names(layout), layout.decimal) == (["EKG"], ",")
    layout = layout_of(tmp_path, "I,II\n" + "12,25\n-1,40\n" * 20)
    assert names(layout) == ["I", "II"]


@pytest.mark.parametrize("above", [",0", ",0,1", "0,1"])
def test_columns_that_a_program_numbered_are_no_data(tmp_path, above):
    width = above.count(",") + 1
    rows = "\n".join(",".join([str(i), "0.5", "1.5"][:width]) for i in range(30))
    layout = layout_of(tmp_path, f"{above}\n{rows}")
    assert layout.n_skipped == 1


def test_a_column_of_clock_times_tells_the_time_whatever_its_name(tmp_path):
    layout = layout_of(tmp_path, "when,II\n" + "2023-01-01 10:00:00.004,0.5\n" * 20)
    assert [column.tells_time for column in layout.columns] == [True, False]
