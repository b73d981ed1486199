"""A short load of a few streams gives a table with sensible figures."""

import numpy as np
import pytest

from lab.live.stream_load import Clock, LoadResult, LoadSettings, measure_share


@pytest.fixture(scope="module")
def result(folder) -> LoadResult:
    return measure_share(LoadSettings(folder, 3, 1.0, warm_s=20.0), 3)


def test_figures_are_positive_and_finite(result):
    figures = (result.cpu_s, result.score_cpu_s, result.open_s, result.behind_s)
    assert all(np.isfinite(figure) and figure > 0 for figure in figures)
    assert len(result.push_s) == 5
    assert result.behind_s < 30
    assert (result.latency_s > 0).all()


def test_its_table_has_a_row_for_each_figure(result):
    lines = result.lines()
    assert lines[2] == "| streams, processes | 3, 1 |"
    assert len(lines) == 13
    none = LoadResult(**{**vars(result), "latency_s": np.zeros(0)})
    assert "nan, nan, nan ms" in none.lines()[4]


def test_as_fast_as_can_be_nothing_is_late(folder):
    settings = LoadSettings(folder, 2, 30.0, warm_s=5.0, real_pace=False)
    result = measure_share(settings, 2)
    assert len(result.latency_s) > 20
    assert result.behind_s <= settings.tick_s + 1e-9


def test_a_clock_that_is_not_real_goes_on_by_sleep_alone():
    clock = Clock(real=False)
    clock.sleep(3.0)
    clock.sleep(2.0)
    assert clock.now_s() == 3.0
