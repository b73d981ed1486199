"""A short load of a few streams gives a table with sensible figures."""

import numpy as np
import pytest

from lab.live.load_figures import LoadResult, LoadSettings
from lab.live.stream_load import measure_share


@pytest.fixture(scope="module")
def result(folder) -> LoadResult:
    return measure_share(LoadSettings(folder, 3, 1.0, warm_s=20.0), 3)


def test_figures_are_positive_and_finite(result):
    figures = (result.cpu_s, result.score_cpu_s, result.open_s, result.behind_s)
    assert all(np.isfinite(figure) and figure > 0 for figure in figures)
    assert len(result.push_s) == 5
    assert result.behind_s < 30
    assert (result.latency_s > 0).all()


def test_as_fast_as_can_be_nothing_is_late(folder):
    settings = LoadSettings(folder, 2, 30.0, warm_s=5.0, real_pace=False)
    result = measure_share(settings, 2)
    assert len(result.latency_s) > 20
    assert result.behind_s <= settings.tick_s + 1e-9
