"""A short load of the whole service times every turn that completes a decision."""

import numpy as np

from lab.live.load_figures import LoadSettings
from lab.live.service_load import measure_service_share


def test_every_stream_is_monitored_to_its_end_and_its_decisions_are_timed(folder):
    settings = LoadSettings(folder, 3, 3.0, warm_s=20.0)
    result = measure_service_share(settings, 3)
    assert 3 * 3 / 2 <= len(result.latency_s) <= 3 * 3 * 3  # a turn with a beat, 30 to 180 a minute
    assert (result.latency_s > 0).all()
    figures = result.cpu_s, result.score_cpu_s, result.open_s, result.behind_s
    assert all(np.isfinite(figure) and figure > 0 for figure in figures)
    assert result.behind_s < 30
    assert not any("alone" in line for line in result.lines())
