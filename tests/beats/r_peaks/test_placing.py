import numpy as np
import pytest

from ecg_anomaly.beats.r_peaks.placing import place_r_peaks, placing_reach

RATE = 120.0


def wave(at_s: float, width_s: float, height: float, n: int = 240) -> np.ndarray:
    time = np.arange(n) / RATE
    return (height * np.exp(-0.5 * ((time - at_s) / width_s) ** 2)).astype(np.float32)


@pytest.mark.parametrize("height", [1.0, -1.0, 1e-3, 1e-9])
@pytest.mark.parametrize("r_s", [0.95, 0.9725, 1.0, 1.0371, 1.07])
def test_the_largest_deflection_between_samples(r_s, height):
    offset = place_r_peaks(wave(r_s, 0.015, height), np.array([120]), RATE)
    assert (120 + offset[0]) / RATE == pytest.approx(r_s, abs=0.002)


def test_a_wide_t_wave_in_reach_is_not_the_r_peak():
    lead = wave(1.0, 0.012, 1.0) + wave(1.25, 0.06, 1.5)
    offset = place_r_peaks(lead, np.array([120]), RATE)
    assert abs(offset[0]) < 0.5


def test_flat_and_short_leads_stay_near_the_centre():
    for lead in (np.zeros(240), np.zeros(3)):
        offset = place_r_peaks(lead.astype(np.float32), np.array([0, len(lead) - 1]), RATE)
        assert (np.abs(offset) <= 0.1 * RATE).all()
    assert place_r_peaks(np.zeros(9, np.float32), np.zeros(0, np.int64), RATE).shape == (0,)


def test_a_place_depends_on_nothing_out_of_reach():
    lead = np.random.default_rng(0).normal(0, 1, 240).astype(np.float32)
    before, after = placing_reach(RATE)
    offset = place_r_peaks(lead, np.array([120]), RATE)
    other = np.full(240, 9, np.float32)
    other[120 - before : 120 + after + 1] = lead[120 - before : 120 + after + 1]
    assert place_r_peaks(other, np.array([120]), RATE) == offset
