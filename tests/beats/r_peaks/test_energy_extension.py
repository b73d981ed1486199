import numpy as np
import pytest

from ecg_anomaly.beats.r_peaks.averaging import Grid
from ecg_anomaly.beats.r_peaks.energy_extension import extend_together
from ecg_anomaly.beats.r_peaks.joint_energy import JointEnergy
from ecg_anomaly.beats.r_peaks.lead_energy import energy_reach, slope_energy


def beats(n: int, size: int = 144) -> np.ndarray:
    """Two leads with a QRS complex every 0.8 s at 120 Hz, the second one half as high."""
    signal = np.random.default_rng(0).normal(0, 0.005, (n, 2))
    phase = (np.arange(n) + 48) % 96
    signal += np.exp(-0.5 * ((phase - 48) / 1.5) ** 2)[:, None] * [1.0, 0.5]
    return signal.astype(np.float32)


def test_averages_keep_gaps():
    held = JointEnergy(Grid(2, 60.0, 72), 2)
    extend_together(
        [held], [np.column_stack([np.arange(7.0), [1, np.nan, 3, 4, 5, 6, 7]]).astype(np.float32)]
    )
    assert held.leads[0].tolist() == [0.5, 2.5, 4.5]
    assert np.isnan(held.leads[1, 0])
    assert held.leads[1, 1:].tolist() == [3.5, 5.5]
    assert held.rest.tolist() == [[6], [7]]


def test_the_energy_is_known_up_to_its_reach():
    signal, grid = beats(1000), Grid.of(120.0)
    held, reach = JointEnergy(grid, 2), energy_reach(grid.rate)
    extend_together([held], [signal])
    assert held.energy.shape == (2, 1000 - reach)
    expected = slope_energy(signal[:, 1], None, grid.rate)
    np.testing.assert_array_equal(held.energy[1], expected[:-reach])


def test_a_usual_complex_has_an_energy_of_one():
    held = JointEnergy(Grid.of(120.0), 2)
    extend_together([held], [beats(3000)])
    tops = held.joint[: 30 * 96].reshape(30, 96).max(axis=1)
    np.testing.assert_allclose(tops, 1, atol=0.1)


def test_at_the_start_levels_wait_and_later_they_do_not():
    held, signal = JointEnergy(Grid.of(120.0), 2), beats(3000)
    extend_together([held], [signal[: 4 * 144]])
    assert len(held.joint) == 0
    extend_together([held], [signal[4 * 144 : 4 * 144 + 20]])
    assert len(held.joint) == held.energy.shape[1]
    extend_together([held], [signal[4 * 144 + 20 :]])
    assert len(held.joint) == held.energy.shape[1]


def test_where_a_lead_is_missing_the_others_take_its_weight():
    signal = beats(3000)
    signal[2000:2300, 0] = np.nan
    held = JointEnergy(Grid.of(120.0), 2)
    extend_together([held], [signal])
    assert held.joint[2050:2250].max() == pytest.approx(1, abs=0.1)


def test_an_infinite_sample_is_a_missing_one():
    signal, held = beats(1500), [JointEnergy(Grid.of(120.0), 2) for _ in range(2)]
    for energy, value in zip(held, (np.nan, np.inf), strict=True):
        signal[700:710, 0] = value
        extend_together([energy], [signal], last=True)
    np.testing.assert_array_equal(held[0].joint, held[1].joint)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_no_unit_is_too_large_or_too_small(scale):
    signal, held = beats(1500), [JointEnergy(Grid.of(120.0), 2) for _ in range(2)]
    signal[:, 1] = 0
    extend_together([held[0]], [signal], last=True)
    with np.errstate(over="raise", invalid="raise"):
        extend_together([held[1]], [signal * np.float32(scale)], last=True)
    np.testing.assert_allclose(held[0].joint, held[1].joint, rtol=1e-3)
