"""A short load of a few streams gives a table with sensible figures."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.config.data_schema import SimulationConfig
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from lab.live.load_figures import LoadResult, LoadSettings
from lab.live.stream_load import FS, measure_share, warm_streams


@pytest.fixture(scope="module")
def result(folder) -> LoadResult:
    return measure_share(LoadSettings(folder, 3, 1.0, warm_s=12.0), 3)


def test_figures_are_positive_and_finite(result):
    figures = (result.cpu_s, result.score_cpu_s, result.open_s, result.behind_s)
    assert all(np.isfinite(figure) and figure > 0 for figure in figures)
    assert len(result.push_s) == 5
    assert result.behind_s < 30
    assert (result.latency_s > 0).all()


def test_as_fast_as_can_be_nothing_is_late(folder):
    settings = LoadSettings(folder, 2, 20.0, warm_s=5.0, real_pace=False)
    result = measure_share(settings, 2)
    assert len(result.latency_s) > 12
    assert result.behind_s <= settings.tick_s + 1e-9


def test_streams_begin_at_different_moments_or_at_once(folder):
    detector, settings = load_detector(folder), LoadSettings(folder, 8, 1.0, warm_s=2.0)
    config = SimulationConfig(n_subjects=1, duration_s=20.0, fs=FS, seed=1, difficult=False)
    records = list(simulate_records(config))
    apart = warm_streams(detector, records, settings)
    assert [_count_seconds(detector, records[0], past) for past in apart] == list(range(2, 14))
    (past,) = warm_streams(detector, records, replace(settings, at_once=True))
    assert _count_seconds(detector, records[0], past) == 2


def _count_seconds(detector, record, past: bytes) -> float:
    stream = detector.stream(FS, record.leads)
    stream.restore(past)
    return stream.n_samples / FS
