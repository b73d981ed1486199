"""Times of rows: rates and gaps."""

import numpy as np
import pytest

from ecg_anomaly.records.tables.time_column import (
    find_time_gaps,
    find_unit,
    join_runs,
    measure_steps,
)


@pytest.mark.parametrize("fs", [130.0, 250.0, 360.0, 512.0])
@pytest.mark.parametrize("digits", [0, 2, 3, 6])
def test_the_rate_is_measured_however_coarse_the_times_are_and_gaps_do_not_count(fs, digits):
    times = np.floor(np.arange(round(100 * fs)) / fs * 10**digits) / 10**digits
    times[len(times) // 2 :] += 37
    steps = measure_steps(times)
    assert steps.step == pytest.approx(1 / fs, rel=0.002)
    rows, missing = find_time_gaps(times, steps, fs)
    assert rows.tolist() == [len(times) // 2]
    assert missing[0] / fs == pytest.approx(37, abs=1.1 * 10.0**-digits)


def test_packets_that_share_a_time_have_no_gaps():
    packet = np.repeat(np.arange(60) * 73 / 130, 73)
    steps = measure_steps(packet)
    assert steps.step == pytest.approx(1 / 130, rel=0.02)
    assert find_time_gaps(packet, steps, 130.0)[0].tolist() == []


def test_one_lost_sample_is_a_gap_and_a_drifting_clock_is_none():
    times = np.delete(np.arange(1000) / 250, [100, 500, 501, 502])
    rows, missing = find_time_gaps(times, measure_steps(times), 250.0)
    assert (rows.tolist(), missing.tolist()) == ([100, 499], [1, 3])
    drift = np.arange(100_000) / 249.5
    assert find_time_gaps(drift, measure_steps(drift), 250.0)[0].tolist() == []


def test_rows_without_a_time_are_counted_on():
    times = np.arange(1000) / 250
    times[3:40] = np.nan
    assert find_time_gaps(times, measure_steps(times), 250.0)[0].tolist() == []


def test_midnight_is_no_gap_and_a_step_back_is_marked():
    times = (86399 + np.arange(1000) / 250) % 86400
    assert find_time_gaps(times, measure_steps(times), 250.0)[0].tolist() == []
    times = np.concatenate([np.arange(500), np.arange(500)]) / 250
    assert find_time_gaps(times, measure_steps(times), 250.0)[1].tolist() == [-1]


def test_times_that_do_not_advance_measure_nothing():
    assert measure_steps(np.zeros(50)) is None
    assert measure_steps(np.arange(50.0)[::-1]) is None
    assert measure_steps(np.full(50, np.nan)) is None


@pytest.mark.parametrize(
    ("step", "stated", "fs", "expected"),
    [(0.004, None, None, 1.0), (0.004, None, 250, 1.0), (4.0, None, 250, 1e-3),
     (4000.0, None, 250, 1e-6), (1.0, None, 250, 1 / 250), (1.0, None, None, None),
     (4.0, None, None, 1e-3), (0.004, 1.0, 500, 1.0), (0.008, None, 250, 1.0),
     (8.0, None, 250, 1e-3)],
)  # fmt: skip
def test_the_unit_is_the_stated_one_or_the_one_that_fits(step, stated, fs, expected):
    steps = measure_steps(step * np.arange(100))
    assert find_unit(steps, stated, fs) == expected


def test_runs_begin_after_what_is_missing():
    rows, samples = join_runs([(10, 5), (30, 1)])
    assert (rows.tolist(), samples.tolist()) == ([0, 10, 30], [0, 15, 36])
