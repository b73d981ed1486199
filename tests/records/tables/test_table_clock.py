"""Which column tells the time of a table, and the rate that it says."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.tables.table_clock import choose_clock
from ecg_anomaly.records.tables.table_columns import read_column

PATH = Path("x.csv")
TIME = np.arange(500) / 250


def choose(columns, fs=None, stated_fs=None):
    candidates = [(i, read_column(i, name)) for i, name in enumerate(columns)]
    return choose_clock(PATH, candidates, list(columns.values()), stated_fs, fs)


@pytest.mark.parametrize(
    "columns",
    [
        {"time": TIME}, {"t [ms]": 1e3 * TIME}, {"timer": 1e3 * TIME},
        {"timestamp [ns]": 1e9 * TIME},
        {"clock": pa.array([f"0:{x:06.3f}" for x in TIME])}, {"time": 1e6 + TIME},
        {"sample": np.arange(500.0), "time": TIME}, {"time": np.zeros(500), "seconds": TIME},
    ],
)  # fmt: skip
def test_a_column_of_time_says_the_rate(columns):
    clock = choose(columns)
    assert clock.fs == 250.0
    assert clock.place_rows(PATH, list(columns.values())) == []


def test_the_steadiest_column_counts():
    jitter = np.random.default_rng(0).uniform(0, 1e-3, 500)
    clock = choose({"Phone timestamp": TIME + jitter, "sensor timestamp [ns]": 1e9 * TIME})
    assert clock.column.name == "sensor timestamp"


def test_a_contradiction_is_refused_with_both_numbers():
    for columns, fs in (({"time": TIME}, 125), ({"t [ms]": 1e3 * TIME}, 500)):
        with pytest.raises(UserError, match=rf"says 250 Hz, --fs says {fs}; leave --fs out"):
            choose(columns, fs)
    with pytest.raises(UserError, match=r"say 512 Hz, --fs says 250"):
        choose({}, 250.0, 512.0)
    assert choose({"time": TIME}, 252.0).fs == 252.0


def test_a_rate_that_nothing_says_must_be_given():
    for columns in ({}, {"sample": np.arange(500.0)}, {"time": np.zeros(500)}):
        with pytest.raises(UserError, match=r"x\.csv: a table without a column of time; .*--fs HZ"):
            choose(columns)
        assert choose(columns, 250.0).fs == 250.0
    assert choose({}, None, 512.0).fs == 512.0


def test_gaps_are_found_across_blocks_and_in_counted_samples():
    number = np.delete(np.arange(500.0), np.arange(200, 300))
    clock = choose({"sample": number}, 250.0)
    first, second = ([number[:200]], [number[200:]])
    assert clock.place_rows(PATH, first) == []
    assert clock.place_rows(PATH, second) == [(0, 100)]


def test_a_time_that_goes_back_is_refused_with_its_row():
    time = np.concatenate([TIME, TIME])
    clock = choose({"time": time})
    with pytest.raises(UserError, match="column 'time' goes back at row 501"):
        clock.place_rows(PATH, [time])


@pytest.mark.parametrize("fs", [0.0, 63.0, 1e9, float("nan"), float("inf")])
def test_a_rate_that_no_ecg_has_is_refused(fs):
    with pytest.raises(UserError, match=r"--fs: \S+ is not from 64"):
        choose({}, fs)
