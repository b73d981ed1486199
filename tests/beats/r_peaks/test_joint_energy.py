import numpy as np
import pytest

from ecg_anomaly.beats.r_peaks.averaging import Grid
from ecg_anomaly.beats.r_peaks.candidates import LEAST_HEIGHT
from ecg_anomaly.beats.r_peaks.energy_extension import extend_together
from ecg_anomaly.beats.r_peaks.joint_energy import JointEnergy

ARRAYS = ("rest", "leads", "energy", "joint", "summary", "weight", "scale", "noise")


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


def assert_that_holds(held: JointEnergy, stop: int) -> None:
    """Check what is remembered of the samples against the samples themselves."""
    lost = np.flatnonzero(~np.isfinite(held.leads).all(axis=0))
    assert not len(lost) or held.whole_from > held.start + lost[-1]
    high = held.start + np.flatnonzero(held.joint > LEAST_HEIGHT**2)
    for sample in high[high >= stop].tolist():
        assert any(first <= sample <= last for first, last in held.high)
        assert held.may_be_high(stop, sample + 1)


@pytest.mark.parametrize("n_leads", [1, 8])
def test_what_is_remembered_of_samples_is_so_in_pieces_and_after_a_restart(n_leads):
    signal, rng = np.repeat(beats(3000), 4, axis=1)[:, :n_leads], np.random.default_rng(0)
    signal[1000:1400] = np.nan
    signal[1600:1610, 0] = np.inf
    held, at, stop = JointEnergy(Grid.of(120.0), n_leads), 0, 0
    while at < len(signal):
        n = int(rng.integers(1, 200))
        extend_together([held], [signal[at : at + n]])
        at, stop = at + n, max(stop, held.start + held.n_joint - 14)
        assert_that_holds(held, stop)
        if at > 2000:
            assert held.whole_from <= 1610
        held.forget(stop - 120)
        again = JointEnergy(Grid.of(120.0), n_leads)
        again.restore(held.start, {name: getattr(held, name) for name in ARRAYS})
        for name in ARRAYS:
            np.testing.assert_array_equal(getattr(again, name), getattr(held, name))
        assert_that_holds(again, stop)
        held = again if at % 2 else held
    assert held.may_be_high(0, at)
    assert not held.may_be_high(at, at + 1)
    assert held.high == []


def test_memory_does_not_grow():
    held, signal = JointEnergy(Grid.of(120.0), 2), beats(3000)
    for at in range(0, 3000, 24):
        extend_together([held], [signal[at : at + 24]])
        held.forget(held.start + held.n_joint - 120)
    assert held._room.shape[1] < 2000
