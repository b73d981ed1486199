import numpy as np

from ecg_anomaly.beats.r_peaks.lead_energy import energy_reach, inner_energy, slope_energy


def test_energy_is_free_of_offset_and_slow_waves():
    time = np.arange(1000) / 100
    steep, slow = (np.sin(2 * np.pi * f * time).astype(np.float32) for f in (10.0, 1.0))
    energy = slope_energy(steep, None, 100.0)
    np.testing.assert_allclose(slope_energy(steep + 5, None, 100.0), energy, rtol=1e-4)
    assert slope_energy(slow, None, 100.0).max() < 0.05 * energy[100:-100].min()
    assert slope_energy(np.ones(50, np.float32), None, 100.0).max() == 0


def test_the_energy_of_a_single_sample_lies_within_its_reach():
    """At 120 Hz the slope is over two samples on either side, and five of them are summed."""
    lead = np.zeros(61, np.float32)
    lead[30] = 1
    away = np.abs(np.arange(61) - 30)
    expected = np.select([away <= 3, away <= 7], [2.0, 1.0], 0.0)
    np.testing.assert_array_equal(slope_energy(lead, None, 120.0), expected)


def test_a_gap_has_no_energy_around_it():
    lead = np.zeros(400, np.float32)
    gap = np.zeros(400, dtype=bool)
    lead[200:210], gap[200:210] = 9, True
    assert slope_energy(lead, gap, 100.0).max() == 0
    assert slope_energy(lead, None, 100.0).max() > 0


def test_away_from_the_ends_leads_together_give_what_each_gives_alone():
    leads = np.random.default_rng(0).normal(0, 1, (3, 500)).astype(np.float32)
    gap = np.zeros(leads.shape, bool)
    gap[1, 100:120] = True
    reach = energy_reach(120.0)
    for row, energy in enumerate(inner_energy(leads, gap, 120.0)):
        alone = slope_energy(leads[row], gap[row], 120.0)
        np.testing.assert_array_equal(energy, alone[reach:-reach])
