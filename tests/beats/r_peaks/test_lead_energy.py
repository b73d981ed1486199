import numpy as np
import pytest

from ecg_anomaly.beats.r_peaks.lead_energy import join_leads, measure_levels, slope_energy


def test_energy_is_free_of_offset_and_slow_waves():
    time = np.arange(1000) / 100
    steep, slow = (np.sin(2 * np.pi * f * time).astype(np.float32) for f in (10.0, 1.0))
    energy = slope_energy(steep, None, 100.0)
    np.testing.assert_allclose(slope_energy(steep + 5, None, 100.0), energy, rtol=1e-4)
    assert slope_energy(slow, None, 100.0).max() < 0.05 * energy[100:-100].min()
    assert slope_energy(np.ones(50, np.float32), None, 100.0).max() == 0


def test_a_gap_has_no_energy_around_it():
    lead = np.zeros(400, np.float32)
    gap = np.zeros(400, dtype=bool)
    lead[200:210], gap[200:210] = 9, True
    assert slope_energy(lead, gap, 100.0).max() == 0
    assert slope_energy(lead, None, 100.0).max() > 0


def blocks_of_beats(height: float, calm: float, n: int = 40, size: int = 120) -> np.ndarray:
    energy = np.full((n, size), calm, np.float32)
    energy[:, 50:60] = height
    return energy.ravel()


def test_levels_weigh_the_cleaner_lead_more():
    clean, noisy = blocks_of_beats(1.0, 0.001), blocks_of_beats(4.0, 1.0)
    levels = measure_levels([clean, noisy], [None, None], 120)
    assert (levels.weight[:, 0] > 0.95).all()
    np.testing.assert_allclose(levels.weight.sum(axis=1), 1, rtol=1e-6)
    joint = join_leads([clean, noisy], [None, None], levels, 120)
    assert joint.max() == pytest.approx(1.0, rel=1e-5)


def test_a_lead_without_signal_has_no_weight():
    beats, flat = blocks_of_beats(1.0, 0.001), blocks_of_beats(0.0, 0.0)
    weight = measure_levels([flat, beats], [None, None], 120).weight
    assert weight.tolist() == [[0.0, 1.0]] * len(weight)
    assert measure_levels([flat], [None], 120).weight.max() == 0


def test_where_a_lead_is_missing_the_others_take_its_weight():
    one, other = blocks_of_beats(1.0, 0.001), blocks_of_beats(2.0, 0.002)
    gap = np.zeros(len(one), dtype=bool)
    gap[1200:1320] = True
    one[gap] = 0
    levels = measure_levels([one, other], [gap, None], 120)
    joint = join_leads([one, other], [gap, None], levels, 120)
    np.testing.assert_allclose(joint[1250:1260], 1.0, rtol=1e-3)


def test_a_pause_keeps_the_level_of_the_beats_around():
    energy = blocks_of_beats(1.0, 0.001)
    energy[10 * 120 : 14 * 120] = 1e-5
    joint = join_leads([energy], [None], measure_levels([energy], [None], 120), 120)
    assert joint[10 * 120 : 14 * 120].max() < 0.01
    assert joint[9 * 120 : 10 * 120].max() == pytest.approx(1.0, rel=1e-4)
