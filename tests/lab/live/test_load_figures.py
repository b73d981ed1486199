import numpy as np
import pytest

from lab.live.load_figures import Clock, LoadResult


@pytest.fixture
def result() -> LoadResult:
    latency_s, push_s = np.array([0.01, 0.02, 0.5]), np.array([0.001, 0.004])
    return LoadResult(3, 1, 60.0, latency_s, 0.6, 7.2, 0.6, 1.0, 3e6, push_s)


def test_its_table_has_a_row_for_each_figure(result):
    lines = result.lines()
    assert len(lines) == 13
    assert lines[2] == "| streams, processes | 3, 1 |"
    assert "| ratio | 12.0 |" in lines
    assert "| streams that would take a core | 500 |" in lines
    assert "20.0" in lines[4]


def test_without_a_decision_there_is_no_latency(result):
    none = LoadResult(**{**vars(result), "latency_s": np.zeros(0)})
    assert "nan, nan, nan ms" in none.lines()[4]


def test_a_clock_that_is_not_real_goes_on_by_sleep_alone():
    clock = Clock(real=False)
    clock.sleep(3.0)
    clock.sleep(2.0)
    assert clock.now_s() == 3.0
