"""The spectrum of the sinus intervals is the one asked for, and spells take up their share."""

import numpy as np
import pytest
from scipy.signal import welch

from ecg_anomaly.records.simulation.patient_rhythm import (
    GRID_HZ,
    SinusRhythm,
    SpellTimes,
    draw_sinus_series,
    draw_spells,
)


def measure_spectrum(rhythm: SinusRhythm) -> tuple[np.ndarray, np.ndarray]:
    series = draw_sinus_series(rhythm, 0.0, 3600.0, np.random.default_rng(3))
    # Beats in time, then the tachogram on an even grid again: what an HRV tool would do.
    beats = [0.0]
    while beats[-1] < 3590:
        beats.append(beats[-1] + float(np.interp(beats[-1], series.time_s, series.rr_s)))
    grid = np.arange(5, 3580, 0.25)
    tachogram = np.interp(grid, beats[1:], np.diff(beats))
    return welch(tachogram, fs=4.0, nperseg=1024)


@pytest.mark.parametrize(("lf_hz", "hf_hz"), [(0.1, 0.25), (0.085, 0.31), (0.115, 0.2)])
def test_tachogram_has_its_lf_and_hf_peaks_where_configured(lf_hz, hf_hz):
    hertz, power = measure_spectrum(SinusRhythm(0.8, lf_hz, hf_hz, 0.03, 0.04, 0.01))
    for low, high, expected in ((0.05, 0.15, lf_hz), (0.16, 0.4, hf_hz)):
        band = (hertz >= low) & (hertz < high)
        assert hertz[band][np.argmax(power[band])] == pytest.approx(expected, abs=0.015)
        assert power[band].max() > 10 * np.median(power[(hertz > 0.42) & (hertz < 0.6)])


def test_more_hf_power_is_more_hf_power():
    calm, young = (
        measure_spectrum(SinusRhythm(0.8, 0.1, 0.25, 0.02, hf_sd, 0.01))[1].max()
        for hf_sd in (0.02, 0.08)
    )
    assert young > 5 * calm


def test_mean_and_sd_are_those_asked_for():
    rhythm = SinusRhythm(0.9, 0.1, 0.25, 0.03, 0.04, 0.02)
    rr = draw_sinus_series(rhythm, 0, 20_000, np.random.default_rng(0)).rr_s
    assert rr.mean() == pytest.approx(0.9, rel=0.01)
    assert rr.std() == pytest.approx(0.9 * np.sqrt(0.03**2 + 0.04**2 + 0.02**2), rel=0.15)


def test_series_covers_the_time_asked_for_and_stays_physiological():
    rhythm = SinusRhythm(0.6, 0.1, 0.25, 0.3, 0.5, 0.3)
    series = draw_sinus_series(rhythm, -8.0, 10.1, np.random.default_rng(0))
    assert series.time_s[0] == -8.0
    assert series.time_s[-1] >= 10.1
    assert len(series.time_s) == len(series.rr_s) == len(series.respiration)
    assert series.rr_s.min() >= 0.4
    assert series.rr_s.max() <= 2.0


def test_a_series_too_short_for_its_slow_part_is_finite():
    rhythm = SinusRhythm(0.8, 0.1, 0.25, 0.02, 0.02, 0.02)
    series = draw_sinus_series(rhythm, 0, 3 / GRID_HZ, np.random.default_rng(0))
    assert np.isfinite(series.rr_s).all()


def draw(share: float, seed: int = 0) -> SpellTimes:
    return draw_spells(share, -5.0, 20_000.0, np.random.default_rng(seed))


@pytest.mark.parametrize("share", [0.1, 0.4, 0.8])
def test_spells_take_up_their_share(share):
    spells = draw(share)
    assert (np.diff(spells.edges_s) > 0).all()
    held = np.mean([spells.hold(t) for t in np.arange(0.0, 20_000.0, 5.0)])
    assert abs(held - share) < 0.12


def test_none_and_all_of_the_time():
    assert not any(draw(0.0).hold(t) for t in (-5.0, 0.0, 100.0))
    assert all(draw(1.0).hold(t) for t in (-5.0, 0.0, 1e6))


def test_a_recording_may_begin_inside_a_spell():
    begins = [draw(0.5, seed).hold(-5.0) for seed in range(40)]
    assert 8 < sum(begins) < 32
