"""A short load of a few streams gives a table with sensible figures."""

import numpy as np
import pytest

from lab.live.stream_load import LoadResult, LoadSettings, measure_share


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
    assert len(lines) == 12
    none = LoadResult(**{**vars(result), "latency_s": np.zeros(0)})
    assert "nan, nan, nan ms" in none.lines()[4]
