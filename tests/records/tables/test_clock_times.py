"""Clock times as seconds, with dates in every usual order."""

from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from ecg_anomaly.records.tables.clock_times import number_days, parse_clock

ORDERS = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m-%d", "%Y/%m/%d")


@pytest.mark.parametrize(
    ("texts", "seconds"),
    [
        (["0:00.004", "1:02.5", "59:59.996"], [0.004, 62.5, 3599.996]),
        (["10:00:00.000", "10:00:00,004"], [36000.0, 36000.004]),
        (["'0:00.008'", "[10:00:00.000 01/02/2023]"], [0.008, 36000.0]),
        (["2023-01-01 10:00:00.004", "2023-01-01T10:00:01"], [36000.004, 36001.0]),
        (["11:59:59 AM", "12:00:01 PM", "1:00:00 pm"], [43199.0, 43201.0, 46800.0]),
        (["12:00:01 AM", "1:00:00 AM"], [1.0, 3600.0]),
        (["31.12.2022 23:59:59", "01.01.2023 00:00:00"], [86399.0, 86400.0]),
        (["2023/01/01 00:00:00.5", "2023/01/02 00:00:00.5"], [0.5, 86400.5]),
    ],
)
def test_clocks_and_dates_become_seconds(texts, seconds):
    found = parse_clock(pa.array(texts))
    if any("20" in text and "[" not in text for text in texts):
        found -= 86400 * (found[0] // 86400)
    np.testing.assert_allclose(found, seconds, atol=1e-6)


def test_what_is_no_time_is_nan_and_stamps_of_parquet_are_read():
    assert np.isnan(parse_clock(pa.array(["0:01", None, "later"]))).tolist() == [False, True, True]
    stamps = pa.array(np.array(["2023-01-01T10:00:00.004", "2023-01-01T10:00:00.008"], "M8[ms]"))
    assert np.diff(parse_clock(stamps))[0] == pytest.approx(0.004, abs=1e-6)


@pytest.mark.parametrize("order", ORDERS)
def test_every_day_of_two_years_is_followed_by_the_next_one(order):
    first = date(2023, 1, 1)
    for start in range(730):
        pair = [(first + timedelta(start + k)).strftime(order) for k in range(2)]
        assert np.diff(number_days(pair)).tolist() == [1.0], pair


def test_with_points_the_day_comes_first_and_what_is_no_date_is_day_0():
    assert np.diff(number_days(["01.05.2023", "01.06.2023"])).tolist() == [31.0]
    assert number_days(["", "31.02.2023"]).tolist() == [0.0, 0.0]
