import numpy as np
import pytest

from ecg_anomaly.beats.r_peaks.averaging import Grid
from ecg_anomaly.beats.r_peaks.candidate_search import find_candidates, find_candidates_together
from ecg_anomaly.beats.r_peaks.candidates import Candidates, join_candidates
from ecg_anomaly.beats.r_peaks.energy_extension import extend_together
from ecg_anomaly.beats.r_peaks.joint_energy import JointEnergy

FS = 120.0


def regular_beats(n: int, n_leads: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Return QRS complexes every 0.8 s in a little noise, and where they are."""
    at = np.arange(n - 30, 8, -96)[::-1]
    signal = np.random.default_rng(0).normal(0, 0.01, (n, n_leads))
    for sample in at:
        signal += np.exp(-0.5 * ((np.arange(n) - sample) / 1.5) ** 2)[:, None]
    return signal.astype(np.float32), at


def complexes_of_many_waves(n: int, n_leads: int) -> np.ndarray:
    """Return complexes whose highest deflection may lie far from their highest energy."""
    rng = np.random.default_rng(1)
    signal = rng.normal(0, 0.01, (n, n_leads))
    for at in range(30, n - 30, 60):
        signal[at : at + 20] += rng.normal(0, 1, (20, n_leads))
    return signal.astype(np.float32)


def find_high(signal: np.ndarray, fs: float = FS) -> Candidates:
    held = JointEnergy(Grid.of(fs), signal.shape[1])
    extend_together([held], [signal], last=True)
    found, stop = find_candidates(held, 0, last=True)
    assert stop == len(held.joint)
    return found.select(found.height > 0.5)


def test_an_r_peak_lies_in_the_middle_of_the_samples_that_are_averaged():
    signal, at = regular_beats(3600)
    found = find_high(np.repeat(signal, 4, axis=0), 4 * FS)
    assert np.mean(found.r_peak - (4 * at + 1.5)) == pytest.approx(0, abs=0.4)


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("n", [1440, 1500, 3601])
def test_every_complex_is_a_candidate(step, n):
    signal, at = regular_beats(n)
    found = find_high(np.repeat(signal, step, axis=0), step * FS)
    np.testing.assert_allclose(found.sample, at, atol=2)
    np.testing.assert_allclose(found.r_peak, at * step, atol=step)


def test_a_gap_in_one_lead_is_silent_and_leaves_the_other_as_it_is():
    signal, at = regular_beats(3600, 2)
    signal[1150:1250, 1] = np.nan
    found = find_high(signal)
    assert np.isfinite(found.noise).all()
    np.testing.assert_allclose(found.sample, at, atol=2)


@pytest.mark.parametrize("off", [6, 8, 12, -8])
def test_beside_a_gap_of_the_only_lead_an_r_peak_stays_in_its_place(off):
    signal, at = regular_beats(3600)
    r_peak = int(at[20])
    gap = slice(r_peak + off, r_peak + off + 40) if off > 0 else slice(r_peak - 40, r_peak + off)
    signal[gap] = np.nan
    found = find_high(signal)
    nearest = int(np.abs(found.sample - r_peak).argmin())
    assert found.r_peak[nearest] == pytest.approx(r_peak, abs=2)


@pytest.mark.parametrize(("before_s", "found"), [(0.15, False), (0.3, True)])
def test_just_before_a_higher_one_there_is_no_candidate(before_s, found):
    signal, at = regular_beats(3600)
    early = int(at[20] - before_s * FS)
    signal[:, 0] += (0.8 * np.exp(-0.5 * ((np.arange(3600) - early) / 1.5) ** 2)).astype(np.float32)
    near = np.abs(find_high(signal).sample - early) < 3
    assert near.any() == found


@pytest.mark.parametrize("fs", [82.0, FS])
def test_what_is_found_depends_on_nothing_to_come(fs):
    signal = complexes_of_many_waves(3600, 2)
    whole = JointEnergy(Grid.of(fs), 2)
    extend_together([whole], [signal])
    expected, _ = find_candidates(whole, 0, last=False)
    parts, stop, held = [], 0, JointEnergy(Grid.of(fs), 2)
    for start in range(0, 3600, 3):
        extend_together([held], [signal[start : start + 3]])
        found, stop = find_candidates(held, stop, last=False)
        parts.append(found)
    joined = join_candidates(parts)
    assert len(joined) > 20
    for name in ("sample", "height", "noise", "r_peak"):
        np.testing.assert_array_equal(getattr(joined, name), getattr(expected, name))


def test_many_recordings_have_the_candidates_of_each():
    """Found twice, from where they were found before, and at the end."""
    parts = [regular_beats(n, 2)[0] for n in (1440, 2000, 100, 1801)]
    parts.append(np.zeros((900, 2), np.float32))
    for signal in parts[:2]:
        signal[700:720, 1] = np.nan
    held = [JointEnergy(Grid.of(FS), 2) for _ in parts]
    first = [0] * len(parts)
    for last in (False, True):
        for energy, signal in zip(held, parts, strict=True):
            half = len(signal) // 2
            extend_together([energy], [signal[half:] if last else signal[:half]], last)
        together = find_candidates_together(held, first, last)
        for energy, begun, (found, stop) in zip(held, first, together, strict=True):
            expected, until = find_candidates(energy, begun, last)
            assert stop == until
            for name, values in vars(expected).items():
                np.testing.assert_array_equal(getattr(found, name), values, err_msg=name)
        first = [stop for _, stop in together]
    assert sum(len(found) for found, _ in together) > 15
