"""The clean signal solves the model's equation; shapes are what their names say."""

import numpy as np
import pytest

from ecg_anomaly.records.simulation.patients import FIRST_FOCUS, Patient, draw_patient
from ecg_anomaly.records.simulation.simulated_beats import BeatBuilder, BeatTable
from ecg_anomaly.records.simulation.sinus_rhythm import SinusSeries
from ecg_anomaly.records.simulation.wave_shapes import draw_conducted, draw_ventricular, fuse_waves
from ecg_anomaly.records.simulation.waveform import BREATHING_MV, iterate_clean
from ecg_anomaly.records.simulation.waves import Waves, align_waves, vary_waves

GRID = np.arange(-0.2, 0.2, 0.001)
SINUS = SinusSeries(-1.0, np.ones(100), np.sin(np.arange(100) / 3))


def make_case() -> tuple[Patient, BeatTable]:
    builder = BeatBuilder()
    for time, form in ((0.5, 0), (1.3, 0), (1.8, FIRST_FOCUS), (2.9, 0)):
        builder.add(time, "N", form, time - 0.16)
    return draw_patient(2, np.random.default_rng(0)), builder.build()


def render(fs: float, edges: list[int]) -> np.ndarray:
    patient, beats = make_case()
    gains = np.ones((len(beats.time_s), 2))
    blocks = iterate_clean(patient, beats, gains, SINUS, fs, np.array(edges))
    return np.concatenate(list(blocks))


def sum_bumps(waves: Waves, lead: int, distance: np.ndarray, scale: float) -> np.ndarray:
    stretch = np.where(waves.repolarisation, scale, 1.0)
    mine = waves.lead == lead
    offset, width = (waves.offset_s * stretch)[mine], (waves.width_s * stretch)[mine]
    z = (distance[:, None] - offset) / width
    return np.exp(-0.5 * z**2) @ waves.amplitude_mv[mine]


def test_signal_solves_the_equation_of_mcsharry():
    """Compare with Runge-Kutta's fourth order on dz/dt = dG/dt - (z - z0)."""
    patient, beats = make_case()
    h = 1 / 2000
    time = np.arange(0, 4, h / 2)
    bumps = np.zeros(len(time))
    for t, form, p, scale in zip(
        beats.time_s, beats.form, beats.p_time_s, beats.repolarisation_scale, strict=True
    ):
        bumps += sum_bumps(patient.forms[form], 0, time - t, scale)
        bumps += sum_bumps(patient.p_waves[0], 0, time - p, scale)
    drive = np.gradient(bumps, h / 2) + BREATHING_MV * np.interp(
        time, SINUS.time_s, SINUS.respiration
    )
    z, expected = bumps[0], []
    for left, middle, right in zip(drive[:-2:2], drive[1:-1:2], drive[2::2], strict=True):
        expected.append(z)
        k1 = left - z
        k2 = middle - (z + h / 2 * k1)
        k3 = middle - (z + h / 2 * k2)
        k4 = right - (z + h * k3)
        z += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    got = render(1000.0, [0, 4000])[:, 0]
    np.testing.assert_allclose(got[: len(expected[::2])], expected[::2], atol=2e-3)
    assert np.ptp(got) > 1


def test_blocks_give_the_signal_that_one_block_gives():
    whole = render(360.0, [0, 1440])
    np.testing.assert_allclose(render(360.0, [0, 7, 500, 501, 1440]), whole, atol=1e-3)


def width_s(waves: Waves, lead: int) -> float:
    """Time that the QRS spends above 8 % of its peak."""
    qrs = np.abs(waves.depolarisation(lead, GRID))
    return float(np.ptp(GRID[qrs > 0.08 * qrs.max()]))


@pytest.mark.parametrize("seed", range(20))
def test_ventricular_and_blocked_beats_are_wider_than_normal_ones(seed):
    rng = np.random.default_rng(seed)
    normal = draw_conducted("N", rng)
    assert 0.04 < width_s(normal, 0) < 0.115
    for wide in (draw_conducted("L", rng), draw_ventricular(rng)):
        assert 0.10 < width_s(wide, 0) < 0.22
    assert width_s(draw_conducted("R", rng), 1) > 0.09


@pytest.mark.parametrize("seed", range(20))
def test_wide_beats_have_a_discordant_t(seed):
    rng = np.random.default_rng(seed)
    for waves in (draw_ventricular(rng), draw_conducted("L", rng)):
        for lead in (0, 1):
            qrs = waves.depolarisation(lead, GRID)
            t = waves.amplitude_mv[(waves.lead == lead) & waves.repolarisation].sum()
            assert np.sign(t) == -np.sign(qrs[np.argmax(np.abs(qrs))])


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("origin", ["outflow", "left base", "apex", "left inferior"])
def test_every_form_has_its_main_deflection_at_time_zero(seed, origin):
    rng = np.random.default_rng(seed)
    normal, ectopic = draw_conducted("N", rng), draw_ventricular(rng, origin)
    for waves in (normal, ectopic, *(fuse_waves(normal, ectopic, s) for s in (0.35, 0.5, 0.65))):
        qrs = np.abs(waves.depolarisation(0, GRID))
        assert abs(GRID[np.argmax(qrs)]) <= 0.001


def test_fusion_ends_are_its_parents():
    rng = np.random.default_rng(0)
    normal, ectopic = draw_conducted("R", rng), draw_ventricular(rng)
    for share, parent in ((0.0, normal), (1.0, ectopic)):
        fused = fuse_waves(normal, ectopic, share)
        for lead in (0, 1):
            got, expected = (w.depolarisation(lead, GRID) for w in (fused, align_waves(parent)))
            np.testing.assert_allclose(got, expected, atol=0.02)


def test_varying_by_nothing_changes_nothing():
    waves = draw_conducted("N", np.random.default_rng(0))
    same = vary_waves(waves, np.random.default_rng(1), spread=0.0)
    np.testing.assert_array_equal(same.amplitude_mv, waves.amplitude_mv)
    assert not np.allclose(
        vary_waves(waves, np.random.default_rng(1)).amplitude_mv, waves.amplitude_mv
    )
