import doctest

import pytest

from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.tables import table_columns
from ecg_anomaly.records.tables.table_columns import (
    Column,
    describe_column,
    is_lead_by_name,
    is_unit,
    read_column,
)


@pytest.mark.parametrize(
    ("name", "parted", "unit"),
    [
        ("ecg [uV]", "ecg", "uV"), ("II (mV)", "II", "mV"), ("V1_mV", "V1", "mV"),
        ("timestamp [ms]", "timestamp", "ms"), ("time_ms", "time", "ms"), (" II ", "II", ""),
        ("EKG [\u00b5V]", "EKG", "\u00b5V"), ("EEG (C4-A1)", "EEG (C4-A1)", ""),
        ("[mV]", "[mV]", ""),
        ("sensor timestamp [ns]", "sensor timestamp", "ns"),
    ],
)  # fmt: skip
def test_a_unit_in_a_name_is_parted_from_it(name, parted, unit):
    assert read_column(3, name) == Column(3, parted, unit)


def test_a_unit_under_the_name_counts_where_the_name_holds_none():
    assert read_column(0, "II", "[mV]").unit == "mV"
    assert read_column(0, "II [uV]", "mV").unit == "uV"


@pytest.mark.parametrize(
    "name",
    ["time", "Time (s)", "t", "seconds", "timestamp", "Elapsed time", "datetime", "timer", "Zeit",
     "Phone timestamp", "time_ms", "elapsed_time", "sensor timestamp [ns]"],
)  # fmt: skip
def test_columns_of_time_are_known(name):
    column = read_column(0, name)
    assert (column.tells_time, column.counts) == (True, False)


@pytest.mark.parametrize("name", ["sample", "sample #", "index", "Unnamed: 0", "n", "#", "counter"])
def test_columns_that_count_are_known(name):
    assert read_column(0, name).tells_time
    assert read_column(0, name).counts


@pytest.mark.parametrize("name", ["I", "aVR", "tII", "nV", "ECG1", "temple", "V1", "RESP", ""])
def test_names_that_merely_begin_alike_tell_no_time(name):
    assert not read_column(0, name).tells_time


def test_units_of_time_have_seconds():
    assert [read_column(0, f"t [{u}]").seconds for u in ("s", "ms", "us", "ns")] == [
        1.0, 1e-3, 1e-6, 1e-9,
    ]  # fmt: skip
    assert read_column(0, "t").seconds is None


def test_a_unit_is_told_from_a_name():
    assert all(map(is_unit, ["mV", "'mV'", "[uV]", "s", "hh:mm:ss.mmm", "mmHg", "%", "NU"]))
    assert not any(map(is_unit, ["II", "V1", "time", "ECG", ""]))


def test_leads_are_known_by_name():
    assert is_lead_by_name("ecg II")
    assert not is_lead_by_name("voltage")


@pytest.mark.parametrize(
    ("column", "unit", "fault"),
    [
        (Column(0, "II", "uV"), "uV", ""),
        (Column(0, "II"), "mV", ""),
        (Column(0, "II", "bpm", "holds text"), "mV", ""),
        (Column(0, "II", "", "only counts"), "mV", "only counts"),
        (Column(0, "II", "", "column is string, not numbers"), "mV", "column is string"),
        (Column(0, "note", "", "holds text"), "mV", "holds text"),
    ],
)
def test_a_named_lead_is_read_whatever_it_holds(column, unit, fault):
    signal = describe_column(column, ReadOptions(unit="mV"))
    assert (signal.name, signal.unit) == (column.name, unit)
    assert signal.fault.startswith(fault)
    assert bool(signal.fault) == bool(fault)


def test_the_example_in_the_docstring_holds():
    assert doctest.testmod(table_columns).failed == 0
