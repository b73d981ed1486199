from datetime import date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ecg_anomaly.config.pipeline_schema import SimulationConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from ecg_anomaly.records.stored_values import MAX_DURATION_S
from ecg_anomaly.records.tables import csv_rows, parquet_rows, table_record
from ecg_anomaly.records.tables.table_record import TableRecord

VALUES = np.random.default_rng(0).normal(size=(900, 2)).round(4)
VALUES[17, 1] = np.nan
FRAME = pd.DataFrame(VALUES, columns=["II", "V1"])


def write(folder: Path, ending: str) -> Path:
    path = folder / f"walk{ending}"
    frame = FRAME.assign(time=np.arange(900) / 250)[["time", "II", "V1"]]
    if ending == ".parquet":
        frame.to_parquet(path, row_group_size=300)
    else:
        frame.to_csv(path, sep="\t" if ending == ".tsv" else ",", index=False)
    return path


@pytest.mark.parametrize("ending", [".csv", ".tsv", ".parquet"])
@pytest.mark.parametrize(("unit", "scale"), [("mV", 1.0), ("uV", 1e-3), ("V", 1e3)])
def test_columns_are_leads_in_the_stated_unit(tmp_path, ending, unit, scale):
    recording = TableRecord(write(tmp_path, ending), ReadOptions(250, unit))
    assert (recording.name, recording.fs, recording.n_samples) == ("walk", 250.0, 900)
    assert recording.leads == ("II", "V1")
    np.testing.assert_allclose(recording.read(0, 900), VALUES * scale, rtol=1e-6)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_blocks_are_put_end_to_end(tmp_path, monkeypatch, ending):
    monkeypatch.setattr(csv_rows, "BLOCK_BYTES", 500)
    monkeypatch.setattr(parquet_rows, "BLOCK_NUMBERS", 210)
    recording = TableRecord(write(tmp_path, ending), ReadOptions(250, "mV"))
    for start, stop in [(0, 900), (3, 4), (899, 900), (5, 5), (100, 731)]:
        found = recording.read(start, stop)
        np.testing.assert_allclose(found, VALUES[start:stop], rtol=1e-6)


def test_semicolons_quotes_and_a_mark_of_byte_order_are_understood(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes('\ufeff"II";"V1"\r\n0.5;1\r\n;2e-1\r\n'.encode())
    recording = TableRecord(path, ReadOptions(250, "mV"))
    assert recording.leads == ("II", "V1")
    np.testing.assert_allclose(recording.read(0, 2), [[0.5, 1], [np.nan, 0.2]], rtol=1e-6)


def test_an_empty_line_under_one_lead_is_a_missing_sample(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("II\n1\n\n3\n")
    found = TableRecord(path, ReadOptions(250, "mV")).read(0, 3)[:, 0]
    np.testing.assert_array_equal(found, np.array([1, np.nan, 3], dtype=np.float32))


def test_infinite_values_are_missing(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("II\n1\ninf\n-inf\n")
    found = TableRecord(path, ReadOptions(250, "mV")).read(0, 3)[:, 0]
    assert np.isnan(found).tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("fs", "unit", "where", "rule"),
    [(None, "mV", "x.csv", "without a column of time"), (250, None, "x.csv", "no unit"),
     (0, "mV", "--fs", "0 is not from"), (float("nan"), "mV", "--fs", "nan"),
     (1e9, "mV", "--fs", "1e"), (125, "mV", "walk.csv", "'time' says 250 Hz, --fs says 125")],
)  # fmt: skip
def test_rate_and_unit_must_be_stated(tmp_path, fs, unit, where, rule):
    (tmp_path / "x.csv").write_text("II,V1\n" + "0.5,1.5\n0.25,1.75\n" * 20)
    write(tmp_path, ".csv")
    with pytest.raises(UserError) as caught:
        TableRecord(tmp_path / ("walk.csv" if fs == 125 else "x.csv"), ReadOptions(fs, unit))
    assert caught.value.where.endswith(where)
    assert rule in caught.value.rule


def test_a_lead_that_is_not_there_is_named(tmp_path):
    path = write(tmp_path, ".csv")
    assert TableRecord(path, ReadOptions(250, "mV", "v1")).leads == ("II", "V1")
    with pytest.raises(UserError, match="no lead 'V9' among time, II, V1"):
        TableRecord(path, ReadOptions(250, "mV", "V9"))


def make_table(name, text, tmp_path, encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def write_rows(template, n=300):
    """Write rows of a signal at 250 Hz, and return the text and the signal in mV."""
    signal = np.random.default_rng(3).normal(size=n).round(3)
    rows = [template(i, x) for i, x in enumerate(signal)]
    return "\n".join(rows) + "\n", signal


def comma(x):
    return f"{x}".replace(".", ",")


#: How people's tables are written: name of the file, what stands above, a row, encoding.
TABLES = {
    "ATM": ("a.csv", "'Elapsed time','II'\n'hh:mm:ss.mmm','mV'\n",
            lambda i, x: f"'0:0{i * 0.004:.3f}',{x}", "utf-8"),
    "rdsamp": ("a.txt", "   sample #\t      II\n      (#)\t    (mV)\n",
               lambda i, x: f"{i:12d}\t{x:8.3f}", "utf-8"),
    "rdsamp of seconds": ("a.txt", "   Elapsed   II\n   s   mV\n",
                          lambda i, x: f"   {i * 0.004:.3f}   {x:8.3f}", "utf-8"),
    "rdsamp copied from a terminal": ("a.txt", "  Elapsed time       II\n  hh:mm:ss.mmm     (mV)\n",
                                      lambda i, x: f"  0:0{i * 0.004:.3f}   {x:8.3f}", "utf-8"),
    "Polar": ("a.txt", "Phone timestamp;sensor timestamp [ns];timestamp [ms];ecg [uV]\n",
              lambda i, x: f"2023-01-01T10:00:0{i * 0.004:.3f};{10**17 + 4000000 * i};{i * 4.0};"
              f"{round(1000 * x)}", "utf-8"),
    "watch": ("a.csv", 'Name,Somebody\nDevice,"Watch6,1"\nSample Rate,250 hertz\n\nLead,Lead I\n'
              "Unit,\u00b5V\n\n", lambda _, x: f"{1000 * x:.1f}", "utf-8"),
    "spreadsheet": ("a.csv", "Zeit [s];EKG [\u00b5V]\n",
                    lambda i, x: f"{comma(i / 250)};{comma(round(1000 * x, 1))}", "cp1252"),
    "units": ("a.tsv", "time\tII\ns\tmV\n", lambda i, x: f"{i / 250}\t{x}", "utf-8-sig"),
    "milliseconds": ("a.csv", "time|II [mV]\n", lambda i, x: f"{4 * i}|{x}", "utf-16"),
    "dates": ("a.csv", "datetime,II (mV)\n",
              lambda i, x: f"2023-01-01 23:59:5{9 + 0 * i}.{4 * i:03d},{x}"
              if i < 250 else f"2023-01-02 00:00:00.{4 * i - 1000:03d},{x}", "utf-8"),
    "quoted": ("a.csv", '"","time","II_mV","note"\n',
               lambda i, x: f'"{i}","{i / 250}","{x}","a, b"', "utf-8"),
    "comments": ("a.csv", "# made by a logger\n# sampling rate: 250 Hz\n# II [mV], RESP\n",
                 lambda _, x: f"{x}, 0.5", "utf-8"),
}  # fmt: skip


@pytest.mark.parametrize("kind", TABLES)
def test_tables_as_people_have_them_are_read(tmp_path, kind):
    name, above, template, encoding = TABLES[kind]
    rows, signal = write_rows(template)
    options = ReadOptions(fs=250.0 if kind == "rdsamp" else None)  # that one counts samples
    recording = TableRecord(make_table(name, above + rows, tmp_path, encoding), options)
    assert (recording.fs, recording.n_samples, len(recording.leads)) == (250.0, 300, 1)
    np.testing.assert_allclose(recording.read(0, 300)[:, 0], signal, atol=6e-4)
    assert recording.notes == ()


def test_more_names_than_columns_of_spaces_are_refused(tmp_path):
    rows, _ = write_rows(lambda i, x: f"{i / 250} {x}")
    path = make_table("x.txt", "Elapsed time II\n" + rows, tmp_path)
    with pytest.raises(UserError, match="3 names, of which 'Elapsed' is the first, for 2 columns"):
        TableRecord(path, ReadOptions(unit="mV"))


def test_a_stated_unit_does_not_overrule_the_table_and_this_is_said(tmp_path):
    rows, signal = write_rows(lambda i, x: f"{i / 250},{1000 * x}")
    path = make_table("x.csv", "time,ecg [uV]\n" + rows, tmp_path)
    recording = TableRecord(path, ReadOptions(250, "mV"))
    np.testing.assert_allclose(recording.read(0, 300)[:, 0], signal, rtol=1e-5)
    assert recording.notes == ("unit uV of the table taken, not mV",)


@pytest.mark.parametrize("other", ["ppg", "acc_x", "HR", "RESP", "marker", "temp", "t", "EMG", "n"])
def test_columns_of_something_else_are_left_out(tmp_path, other):
    rows, signal = write_rows(lambda i, x: f"{i % 9},{x},{i % 7}")
    path = make_table("x.csv", f"{other},ecg,{other}2\n" + rows, tmp_path)
    recording = TableRecord(path, ReadOptions(250, "mV"))
    assert recording.leads == ("ecg",)
    assert [signal.name for signal in recording.left_out] == [other, f"{other}2"]
    np.testing.assert_allclose(recording.read(0, 300)[:, 0], signal, rtol=1e-6)


@pytest.mark.parametrize("block", [1 << 22, 600])
def test_where_the_time_jumps_nothing_was_recorded(tmp_path, monkeypatch, block):
    monkeypatch.setattr(csv_rows, "BLOCK_BYTES", block)
    rows, signal = write_rows(lambda i, x: f"{(i + 70 * (i >= 100) + (i >= 200)) / 250},{x}")
    recording = TableRecord(make_table("x.csv", "time,II [mV]\n" + rows, tmp_path))
    assert recording.n_samples == 371
    expected = np.full(371, np.nan)
    expected[:100], expected[170:270], expected[271:] = signal[:100], signal[100:200], signal[200:]
    for start, stop in [(0, 371), (50, 60), (99, 171), (120, 150), (169, 271), (370, 371), (5, 5)]:
        found = recording.read(start, stop)[:, 0]
        np.testing.assert_allclose(found, expected[start:stop], rtol=1e-6)


@pytest.mark.parametrize("order", ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y-%m-%d"])
@pytest.mark.parametrize("day", [date(2023, 5, 31), date(2023, 6, 5), date(2023, 12, 31)])
@pytest.mark.parametrize("block", [1 << 22, 900])
def test_a_recording_past_midnight_has_no_gap(tmp_path, monkeypatch, order, day, block):
    monkeypatch.setattr(csv_rows, "BLOCK_BYTES", block)
    start = datetime.combine(day, time(23, 59, 59))
    text = "".join(
        f"{(start + timedelta(milliseconds=4 * i)).strftime(order + ' %H:%M:%S.%f')},0.{i}\n"
        for i in range(500)
    )
    recording = TableRecord(make_table("x.csv", "time,II [mV]\n" + text, tmp_path))
    assert (recording.fs, recording.n_samples) == (250.0, 500)


def test_a_gap_of_years_is_refused_and_takes_no_space(tmp_path):
    text = "time,II [mV]\n" + "".join(f"{i / 250 + 1e8 * (i > 50)},0.5\n" for i in range(99))
    with pytest.raises(UserError, match="gaps in time included; cut it, a month at most"):
        TableRecord(make_table("x.csv", text, tmp_path))


def test_a_table_that_was_cut_off_is_read_and_the_loss_is_said(tmp_path):
    path = make_table("x.csv", "II,V1\n" + "0.5,1.5\n0.25,1.75\n" * 20 + "0.01", tmp_path)
    recording = TableRecord(path, ReadOptions(250, "mV"))
    assert recording.n_samples == 40
    assert recording.notes == ("cut off within its last line, '0.01', which is not read",)
    with pytest.raises(UserError, match=r"truncated within the line '0\.01'"):
        TableRecord(path, ReadOptions(250, "mV", strict=True))


def test_names_that_say_nothing_are_looked_at(tmp_path):
    record = next(
        iter(
            simulate_records(
                SimulationConfig(n_subjects=1, duration_s=40.0, fs=360.0, seed=0, difficult=False)
            )
        )
    )
    wave = np.sin(np.arange(record.n_samples) / 90)
    frame = pd.DataFrame({"a": wave, "b": record.signal[:, 0].round(4), "c": wave})
    frame.to_csv(tmp_path / "x.csv", index=False)
    recording = TableRecord(tmp_path / "x.csv", ReadOptions(record.fs, "mV"))
    assert recording.leads == ("b",)
    np.testing.assert_allclose(recording.read(5, 99)[:, 0], record.signal[5:99, 0], atol=1e-4)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_table_of_a_month_is_read_and_one_row_more_is_refused(tmp_path, monkeypatch, ending):
    assert MAX_DURATION_S == 31 * 24 * 3600
    path = write(tmp_path, ending)
    monkeypatch.setattr(table_record, "MAX_DURATION_S", 900 / 250)
    assert TableRecord(path, ReadOptions(250, "mV")).n_samples == 900
    monkeypatch.setattr(table_record, "MAX_DURATION_S", 899 / 250)
    with pytest.raises(UserError, match="more than 899 rows"):
        TableRecord(path, ReadOptions(250, "mV"))


def test_columns_are_read_in_the_order_asked_for(tmp_path):
    recording = TableRecord(write(tmp_path, ".csv"), ReadOptions(250, "mV"))
    whole = recording.read(0, 900)
    np.testing.assert_array_equal(recording.read(5, 700, [1, 0]), whole[5:700, ::-1])
    np.testing.assert_array_equal(recording.read(5, 700, [1]), whole[5:700, 1:])
    assert recording.next_stored(17) == 17


def test_gaps_are_known(tmp_path):
    rows, _ = write_rows(lambda i, x: f"{(i + 70 * (i >= 100)) / 250},{x}")
    recording = TableRecord(make_table("x.csv", "time,II [mV]\n" + rows, tmp_path))
    found = [recording.next_stored(start) for start in (0, 99, 100, 130, 169, 170, 369)]
    assert found == [0, 99, 170, 170, 170, 170, 369]


def test_more_leads_than_a_recording_has_are_refused_by_their_names(tmp_path):
    text = ",".join(f"ECG{k}" for k in range(65)) + "\n" + ("0.5," * 64 + "1.5\n") * 9
    with pytest.raises(UserError, match="65 ECG leads, more than 64"):
        TableRecord(make_table("x.csv", text, tmp_path), ReadOptions(250, "mV"))


def test_a_time_that_jumps_at_every_row_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(table_record, "MAX_GAPS", 3)
    time_s = np.arange(900) / 250 + np.arange(900) // 100 * 7.0
    path = tmp_path / "x.csv"
    pd.DataFrame({"time_s": time_s, "II": VALUES[:, 0]}).to_csv(path, index=False)
    with pytest.raises(UserError, match="more than 3 gaps in time"):
        TableRecord(path, ReadOptions(250, "mV"))
    monkeypatch.setattr(table_record, "MAX_GAPS", 100)
    found = TableRecord(path, ReadOptions(250, "mV"))
    assert found.next_stored(100) == 100 + 7 * 250
    monkeypatch.setattr(table_record, "BLOCK_BYTES", 40)
    np.testing.assert_array_equal(
        TableRecord(path, ReadOptions(250, "mV")).read(5, 4000), found.read(5, 4000)
    )


def test_gaps_without_end_are_refused_and_a_column_of_time_may_be_ignored(tmp_path, monkeypatch):
    monkeypatch.setattr(table_record, "MAX_GAPS", 5)
    rows, signal = write_rows(lambda i, x: f"{(i + i // 20) / 250},{x}")
    path = make_table("x.csv", "time,II [mV]\n" + rows, tmp_path)
    with pytest.raises(UserError, match=r"more than 5 gaps in time; .*--ignore"):
        TableRecord(path)
    recording = TableRecord(path, ReadOptions(fs=250.0, ignore=("Time",)))
    np.testing.assert_allclose(recording.read(0, 300)[:, 0], signal, rtol=1e-6)
