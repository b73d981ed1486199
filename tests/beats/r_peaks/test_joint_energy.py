import numpy as np
import pytest

from ecg_anomaly.beats.r_peaks.averaging import Grid
from ecg_anomaly.beats.r_peaks.energy_extension import extend_together
from ecg_anomaly.beats.r_peaks.joint_energy import JointEnergy


def beats(n: int, size: int = 144) -> np.ndarray:
    """Two leads with a QRS complex every 0.8 s at 120 Hz, the second one half as high."""
    signal = np.random.default_rng(0).normal(0, 0.005, (n, 2))
    phase = (np.arange(n) + 48) % 96
    signal += np.exp(-0.5 * ((phase - 48) / 1.5) ** 2)[:, None] * [1.0, 0.5]
    return signal.astype(np.float32)


@pytest.mark.parametrize(("fs", "step"), [(64.0, 1), (128.0, 1), (360.0, 3), (1000.0, 10)])
def test_samples_are_averaged_to_a_rate_of_100_to_200_hz(fs, step):
    grid = Grid.of(fs)
    assert grid == Grid(step, fs / step, round(1.2 * fs / step))


def test_in_pieces_and_with_the_past_forgotten_it_is_the_same():
    signal = beats(4000)
    signal[1000:1400] = np.nan
    signal[2500:2600, 1] = np.nan
    whole, held = JointEnergy(Grid.of(240.0), 2), JointEnergy(Grid.of(240.0), 2)
    extend_together([whole], [signal], last=True)
    at, joint, rng = 0, np.full(len(whole.joint), np.nan, np.float32), np.random.default_rng(0)
    while at < len(signal):
        n = int(rng.integers(1, 200))
        extend_together([held], [signal[at : at + n]], last=at + n >= len(signal))
        joint[held.start : held.start + len(held.joint)] = held.joint
        held.forget(held.start + len(held.joint) - 30)
        at += n
    np.testing.assert_array_equal(joint, whole.joint)
    assert held.start > 1500
