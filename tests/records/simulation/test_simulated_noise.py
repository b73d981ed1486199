"""Noise has the level, the band and the bursts that it was told to have."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import welch

from ecg_anomaly.records.simulation.simulated_noise import (
    BandNoise,
    Bursts,
    NoiseLevels,
    NoiseSource,
    draw_bursts,
    draw_noise_levels,
)

SILENT = NoiseLevels(0, 0, 0, 50.0, 0, 0, 0, 0)


def draw(levels: NoiseLevels, n: int = 36_000, fs: float = 360.0) -> np.ndarray:
    return NoiseSource(levels, n / fs, fs, np.random.default_rng(1)).draw(n)


def test_no_level_is_no_noise():
    np.testing.assert_array_equal(draw(SILENT), 0)


@pytest.mark.parametrize("band", [(0.7, 7.0), (20.0, 120.0)])
@pytest.mark.parametrize("fs", [100.0, 360.0, 1000.0])
def test_band_noise_has_unit_sd_inside_its_band(band, fs):
    noise = BandNoise(band, fs, np.random.default_rng(0)).draw(int(200 * fs))
    assert noise.std() == pytest.approx(1, rel=0.12)
    hertz, power = welch(noise[:, 0], fs=fs, nperseg=int(4 * fs))
    inside = (hertz >= band[0] / 1.5) & (hertz <= band[1] * 1.5)
    assert power[inside].sum() > 0.9 * power.sum()


@pytest.mark.parametrize("mains_hz", [50.0, 60.0])
def test_mains_is_one_line_at_its_frequency(mains_hz):
    noise = draw(replace(SILENT, mains_mv=0.05, mains_hz=mains_hz))
    hertz, power = welch(noise[:, 0], fs=360.0, nperseg=3600)
    assert hertz[np.argmax(power)] == pytest.approx(mains_hz, abs=0.11)
    assert 0.01 < noise[:, 0].std() <= 0.051


def test_mains_above_the_band_of_the_recorder_is_left_out():
    np.testing.assert_array_equal(draw(replace(SILENT, mains_mv=0.05), fs=100.0), 0)


def test_noise_in_blocks_covers_the_same_bursts():
    levels = replace(SILENT, motion_per_minute=3.0, motion_mv=0.5)
    source = NoiseSource(levels, 100.0, 360.0, np.random.default_rng(1))
    parts = np.concatenate([source.draw(n) for n in (1, 9_999, 26_000)])
    np.testing.assert_allclose(parts, draw(levels), atol=1e-9)
    loud = np.abs(parts).max(axis=1) > 0
    assert 0.02 < loud.mean() < 0.9


def test_bursts_ramp_up_and_down_and_add_up():
    level = np.array([[1.0, 0.5], [2.0, 0.0]])
    bursts = Bursts(np.array([1.0, 3.0]), np.array([4.0, 6.0]), level)
    envelope = bursts.envelope(np.array([0.5, 1.25, 2.0, 3.5, 5.0, 7.0]))
    np.testing.assert_allclose(envelope[:, 0], [0, 0.5, 1, 3, 2, 0])
    np.testing.assert_allclose(envelope[:, 1], [0, 0.25, 0.5, 0.5, 0, 0])


def test_no_bursts_is_an_empty_envelope():
    bursts = draw_bursts(0.0, 1.0, 100.0, np.random.default_rng(0))
    assert len(bursts.start_s) == 0
    np.testing.assert_array_equal(bursts.envelope(np.arange(5.0)), 0)


def test_levels_are_drawn_within_physical_limits():
    levels = [draw_noise_levels(np.random.default_rng(i)) for i in range(200)]
    assert {x.mains_hz for x in levels} == {50.0, 60.0}
    assert max(x.wander_mv for x in levels) <= 0.3
    assert min(x.white_mv for x in levels) > 0
