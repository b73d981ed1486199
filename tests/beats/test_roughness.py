import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.beats.roughness import inner_roughness, roughness_reach


@given(st.floats(64, 2000), st.floats(-5, 5), st.floats(-0.1, 0.1))
def test_a_straight_line_has_none(fs, offset, slope):
    reach = roughness_reach(fs)
    line = offset + slope * np.arange(4 * reach + 5)
    np.testing.assert_allclose(inner_roughness(line, fs), 0, atol=1e-9)


@pytest.mark.parametrize("fs", [128.0, 250.0, 360.0])
def test_muscle_noise_is_rough_and_a_slow_wave_is_not(fs):
    time_s = np.arange(round(4 * fs)) / fs
    slow, fast = (np.sin(2 * np.pi * hz * time_s) for hz in (2.0, 35.0))
    assert inner_roughness(fast, fs).mean() > 20 * inner_roughness(slow, fs).mean()


def test_it_depends_on_the_samples_within_its_reach_alone():
    signal, reach = np.zeros((2, 101)), roughness_reach(360.0)
    signal[1, 50] = 1.0
    (rough,) = np.nonzero(inner_roughness(signal, 360.0)[1])
    assert (rough + reach).tolist() == [50 - reach, 50, 50 + reach]
