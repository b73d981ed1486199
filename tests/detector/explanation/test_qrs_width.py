from dataclasses import replace

import numpy as np
import pytest
from drawn_subject import WINDOW, draw_beat
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from ecg_anomaly.detector.explanation.qrs_width import measure_qrs_width, running_extreme


def measure(*waves: np.ndarray, amplitude: float = 1.0) -> np.ndarray:
    beats = np.stack(waves)[:, :, None]
    return measure_qrs_width(beats, np.full((len(beats), 1), amplitude), WINDOW)


def hump(width_s: float, height: float = 1.0) -> np.ndarray:
    return draw_beat(p=(0, 1, 0), q=(0, 1, 0), s=(0, 1, 0), t=(0, 1, 0), r=(0.0, width_s, height))


@pytest.mark.parametrize("width_s", [0.012, 0.02, 0.03, 0.045])
def test_the_width_of_a_hump_is_where_its_slope_falls_below_a_share(width_s: float):
    x = np.linspace(0, 6, 60_001)
    slope = x * np.exp(-0.5 * x**2)
    last = x[np.flatnonzero(slope > 0.15 * slope.max())[-1]]
    # Central differences smear a narrow hump by less than two samples.
    assert measure(hump(width_s))[0] == pytest.approx(2 * last * width_s, abs=0.015)


def test_wider_is_wider_and_height_does_not_matter():
    widths = measure(*(hump(w) for w in (0.01, 0.015, 0.02, 0.03, 0.04)))
    assert (np.diff(widths) > 0.005).all()
    np.testing.assert_allclose(measure(hump(0.02, 0.1), hump(0.02, -9.0)), measure(hump(0.02))[0])
    assert measure(hump(0.02), amplitude=0.01) == pytest.approx(measure(hump(0.02)))


def test_p_and_t_wave_are_not_of_the_complex():
    assert measure(draw_beat()) == pytest.approx(
        measure(draw_beat(p=(0, 1, 0), t=(0, 1, 0))), abs=0.003
    )


def test_the_lead_that_lasts_longest_counts():
    beats = np.stack([hump(0.012), hump(0.035)], axis=1)[None]
    both = measure_qrs_width(beats, np.ones((1, 2)), WINDOW)
    one = measure_qrs_width(beats, np.array([[1.0, 0.0]]), WINDOW)
    assert both > one + 0.02


def test_a_flat_beat_has_no_width_and_no_beat_is_no_number():
    assert np.isnan(measure(np.zeros(96)))
    assert measure_qrs_width(np.zeros((0, 96, 2)), np.ones((0, 2)), WINDOW).shape == (0,)


def test_noise_has_no_width_at_a_low_share():
    beats = np.random.default_rng(0).normal(size=(50, 96, 2))
    assert np.isnan(measure_qrs_width(beats, np.ones((50, 2)), WINDOW)).mean() > 0.9


def test_a_window_shorter_than_the_complex_has_no_width():
    window = replace(WINDOW, before_s=0.06, after_s=0.06)
    beats = np.random.default_rng(0).normal(size=(9, 14, 2))
    assert np.isnan(measure_qrs_width(beats, np.ones((9, 2)), window)).all()


@pytest.mark.parametrize("reach", [0, 1, 2, 5, 50])
@pytest.mark.parametrize("length", [1, 2, 7, 41])
def test_running_extremes_are_those_of_scipy_to_the_last_bit(reach: int, length: int):
    values = np.random.default_rng(reach).normal(size=(20, length))
    size = 2 * reach + 1
    highest, lowest = (running_extreme(values, reach, x) for x in (np.maximum, np.minimum))
    np.testing.assert_array_equal(highest, maximum_filter1d(values, size, axis=1))
    np.testing.assert_array_equal(lowest, minimum_filter1d(values, size, axis=1))
    assert running_extreme(values[:0], reach, np.maximum).shape == (0, length)
