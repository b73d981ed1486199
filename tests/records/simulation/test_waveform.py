"""The clean signal solves the model's equation."""

import numpy as np

from ecg_anomaly.records.simulation.beat_table import BeatBuilder, BeatTable
from ecg_anomaly.records.simulation.patient_rhythm import SinusSeries
from ecg_anomaly.records.simulation.patients import FIRST_FOCUS, Patient, draw_patient
from ecg_anomaly.records.simulation.waveform import BREATHING_MV, iterate_clean
from ecg_anomaly.records.simulation.waves import (
    Waves,
)

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
    factor = np.where(waves.repolarisation, scale, 1.0)
    mine = waves.lead == lead
    offset, width = (waves.offset_s * factor)[mine], (waves.width_s * factor)[mine]
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
