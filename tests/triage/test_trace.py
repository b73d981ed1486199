import re

import numpy as np
import pytest

from ecg_anomaly.triage.trace import UNITS_PER_MM, draw_trace, thin_trace


def points(path: str) -> list[list[tuple[float, float]]]:
    """The lines of a path, in mm."""
    lines = []
    for start, steps in re.findall(r"M([^lMh]+)(?:l([^M]*)|h1)", path):
        x, y = map(int, start.replace("-", " -").split())
        line = [(x, y)]
        values = list(map(int, steps.replace("-", " -").split()))
        for dx, dy in zip(values[::2], values[1::2], strict=True):
            line.append((line[-1][0] + dx, line[-1][1] + dy))
        lines.append([(a / UNITS_PER_MM, b / UNITS_PER_MM) for a, b in line])
    return lines


def test_a_path_is_to_scale():
    (line,) = points(draw_trace(np.array([0, 1, -0.5, 0], np.float32), 1.0, 100))
    assert line == [(0, 0), (25, -10), (50, 5), (75, 0)]


@pytest.mark.parametrize("fs", [100, 250, 257, 360, 1000])
def test_a_path_goes_through_the_samples(fs: int):
    lead = np.cumsum(np.random.default_rng(0).normal(0, 0.05, 8 * fs)).astype(np.float32)
    (line,) = points(draw_trace(lead, fs, 10_000))
    np.testing.assert_allclose([x for x, _ in line], np.arange(8 * fs) / fs * 25, atol=0.026)
    np.testing.assert_allclose([-y for _, y in line], lead * 10, atol=0.026)


def test_a_thin_trace_keeps_peaks_and_stays_small():
    lead = np.random.default_rng(0).normal(size=2880).astype(np.float32)
    lead[1234], lead[2000] = 9, -9
    rows = thin_trace(lead, 800)
    assert len(rows) <= 802
    assert {1234, 2000} <= set(rows.tolist())
    assert (np.diff(rows) > 0).all()


@pytest.mark.parametrize("most", [50, 10_000])
def test_a_gap_breaks_the_line(most: int):
    lead = np.zeros(1000, np.float32)
    lead[400:600] = np.nan
    first, second = points(draw_trace(lead, 100.0, most))
    assert first[-1][0] <= 100 + 1
    assert second[0][0] >= 150 - 1


@pytest.mark.parametrize("most", [4, 1000])
@pytest.mark.parametrize("n", [0, 1, 50])
def test_nothing_recorded_is_nothing_drawn(n: int, most: int):
    assert draw_trace(np.full(n, np.nan, np.float32), 250.0, most) == ""
    assert draw_trace(np.full(n, np.inf, np.float32), 250.0, most) == ""


def test_a_lone_sample_is_seen():
    assert draw_trace(np.array([np.nan, 1, np.nan], np.float32), 250.0, 100) == "M2-200h1"
