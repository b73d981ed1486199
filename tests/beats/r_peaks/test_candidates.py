import numpy as np
import pytest

from ecg_anomaly.beats.r_peaks.candidates import (
    SLAB_BLOCKS,
    Candidates,
    decimate,
    find_candidates,
    find_maxima,
    join_candidates,
    place_r_peaks,
)

RATE = 120.0


def wave(at_s: float, width_s: float, height: float, n: int = 240) -> np.ndarray:
    time = np.arange(n) / RATE
    return (height * np.exp(-0.5 * ((time - at_s) / width_s) ** 2)).astype(np.float32)


@pytest.mark.parametrize("height", [1.0, -1.0, 1e-3])
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


def test_maxima_by_hand():
    values = np.array([0, 3, 1, 2, 2, 0, 0, 5, 0, 0.4, 0], np.float32)
    assert find_maxima(values, 1, 0.5).tolist() == [1, 3, 7]
    assert find_maxima(values, 2, 0.5).tolist() == [1, 7]
    assert find_maxima(values, 1, 0.1).tolist() == [1, 3, 7, 9]
    assert find_maxima(values, 1, 9.0).tolist() == []


def test_decimation_averages_and_keeps_gaps():
    signal = np.column_stack([np.arange(6.0), [1, np.nan, 3, 4, 5, 6]]).astype(np.float32)
    first, second = decimate(signal, 2)
    assert first.tolist() == [0.5, 2.5, 4.5]
    assert np.isnan(second[0])
    assert second[1:].tolist() == [3.5, 5.5]


#: Averaged samples in a block, and in the blocks of a slab.
SIZE = 30
SLAB = SLAB_BLOCKS * SIZE


def regular_beats(n: int, n_leads: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return QRS complexes every 0.8 s in a little noise, and where they are."""
    at = np.arange(n - 12, 8, -96)[::-1]
    signal = np.random.default_rng(0).normal(0, 0.01, (n, n_leads))
    for sample in at:
        signal += np.exp(-0.5 * ((np.arange(n) - sample) / 1.5) ** 2)[:, None]
    return signal.astype(np.float32), at


def find_high(signal: np.ndarray, step: int, firsts: list[int]) -> Candidates:
    found = join_candidates([find_candidates(signal, step, RATE, SIZE, a) for a in firsts])
    high = found.height > 0.5 * np.median(np.sort(found.height)[-20:])
    return found.select(high & (found.sample > 98))  # before the first beat noise stands out


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize(("rest", "firsts"), [(0, [0]), (29, [0]), (900, [0, SLAB])])
def test_every_complex_is_a_candidate_of_one_slab(step, rest, firsts):
    signal, at = regular_beats(SLAB + rest)
    assert rest == 0 or at[-1] > SLAB  # the rest of a block belongs to the last whole one
    found = find_high(np.repeat(signal, step, axis=0), step, firsts)
    assert len(found.sample) == len(at[at > 100])
    np.testing.assert_allclose(found.sample, at[at > 100], atol=2)
    np.testing.assert_allclose(found.r_peak, at[at > 100] * step, atol=step)


def test_a_gap_in_one_lead_is_silent_and_leaves_the_other_as_it_is():
    signal, at = regular_beats(3600, 2)
    signal[1150:1250, 1] = np.nan
    found = find_high(signal, 1, [0])
    assert np.isfinite(found.noise).all()
    assert len(found.sample) == len(at[at > 100])
    np.testing.assert_allclose(found.sample, at[at > 100], atol=2)


@pytest.mark.parametrize("off", [6, 8, 12, -8])
def test_beside_a_gap_of_the_only_lead_an_r_peak_stays_in_its_place(off):
    signal, at = regular_beats(3600)
    r_peak = int(at[20])
    gap = slice(r_peak + off, r_peak + off + 40) if off > 0 else slice(r_peak - 40, r_peak + off)
    signal[gap] = np.nan
    found = find_candidates(signal, 1, RATE, SIZE, 0)
    nearest = int(np.abs(found.sample - r_peak).argmin())
    assert found.r_peak[nearest] == pytest.approx(r_peak, abs=2)
