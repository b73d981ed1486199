"""Shape features: neutral for the template, in the right place, defined for absent leads."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats.beat_window import PARTS, BeatWindow
from ecg_anomaly.features.beat_context import History
from ecg_anomaly.features.history_clock import HistoryClock
from ecg_anomaly.features.history_windows import find_windows
from ecg_anomaly.features.morphology import (
    HOUR_PER_LEAD,
    PER_LEAD,
    compute_morphology,
    distance_to_template,
    name_hour_morphology,
    name_morphology,
)
from ecg_anomaly.features.p_wave import match_p_wave, p_wave_energy, p_wave_residual
from ecg_anomaly.features.past_beats import PastBeats
from ecg_anomaly.features.window_sums import part_distances
from one_record import look_back

WINDOW, N = BeatWindow.from_config(preprocess_config()), 60


def wave(width_s: float, height: float, centre_s: float) -> np.ndarray:
    return height * np.exp(-0.5 * ((WINDOW.time_s - centre_s) / width_s) ** 2)


def subject(n_leads: int = 1, noise: float = 0.01) -> tuple[np.ndarray, History]:
    """Return beats with P, QRS and T in units of their amplitude, and their history."""
    one = wave(0.025, 0.15, -0.17) + wave(0.015, 1.0, 0) + wave(0.05, 0.3, 0.25)
    rng = np.random.default_rng(0)
    waveform = one[None, :, None] + rng.normal(0, noise, (N, WINDOW.n_samples, n_leads))
    return in_context(waveform.astype(np.float32))


def in_context(waveform, window=WINDOW) -> tuple[np.ndarray, History]:
    n = len(waveform)
    time_s, trusted = np.arange(n) * 1.0, np.ones(n, bool)
    windows = find_windows(time_s, HistoryClock(10.0, 2.0, 0.0), trusted, trusted)
    beats = PastBeats(time_s, waveform, waveform.any(axis=1), trusted, np.ones(n))
    past = look_back(beats, 0.0, windows, 64, window).first
    past = past.select(windows.of_beat)
    return waveform / past.amplitude[:, None, :], past


def names_of(n_leads: int) -> tuple[str, ...]:
    return (*name_morphology(n_leads), *name_hour_morphology(n_leads))


def describe(beats, past, hour=None) -> dict[str, np.ndarray]:
    values = compute_morphology(beats, past, hour or past, WINDOW)
    return dict(zip(names_of(beats.shape[2]), values.T, strict=True))


def test_the_width_of_a_gaussian_qrs_complex_is_that_of_its_squared_slope():
    """Its standard deviation is sqrt(3/2) times that of the wave; a sample is added to twice it."""
    narrow, wide = 0.012, 0.03
    beats, past = in_context(np.tile(wave(narrow, 1, 0)[None, :, None], (N, 1, 1)).astype("f4"))
    other = np.tile(wave(wide, 1, 0)[None, :, None], (N, 1, 1)).astype(np.float32)
    widths = 2 * np.sqrt(1.5) * np.array([wide, narrow]) + 1 / WINDOW.fs + 0.02
    found = describe(other, past)["qrs_width_1"]
    np.testing.assert_allclose(found, np.log(widths[0] / widths[1]), atol=0.02)
    np.testing.assert_allclose(describe(beats, past)["qrs_width_1"], 0, atol=1e-3)


@pytest.mark.parametrize("n_leads", [1, 2, 12])
def test_every_column_has_a_name_and_no_two_share_one(n_leads):
    names, (beats, past) = names_of(n_leads), subject(n_leads)
    values = compute_morphology(beats, past, past, WINDOW)
    assert values.shape == (N, len(names))
    assert len(set(names)) == len(names) == (len(PER_LEAD) + len(HOUR_PER_LEAD)) * n_leads
    assert np.isfinite(values).all()


def test_each_lead_is_described_by_its_own_columns():
    beats, past = subject(2)
    before = describe(beats, past)
    beats[:, :, 1] *= 2
    after = describe(beats, past)
    changed = {name for name in before if not np.array_equal(before[name], after[name])}
    assert changed
    assert all(name.endswith("_2") for name in changed)


def test_a_beat_like_the_template_is_neutral():
    found = describe(*subject())
    for name in ("p_difference_1", "qrs_difference_1", "t_difference_1"):
        assert np.abs(found[name]).max() < 1, name
    assert np.abs(found["qrs_width_1"]).max() < 0.2
    assert np.abs(found["p_match_1"] - 1).max() < 0.3


def test_a_wider_qrs_is_wider():
    beats, past = subject()
    for width, wider in ((0.008, False), (0.04, True)):
        other = beats + (wave(width, 1, 0) - wave(0.015, 1, 0))[:, None].astype(np.float32)
        assert ((describe(other, past)["qrs_width_1"] > 0) == wider).all()


@pytest.mark.parametrize(("centre_s", "part"), [(-0.18, "p"), (0.01, "qrs"), (0.28, "t")])
def test_a_wave_that_changes_shows_in_its_own_part(centre_s, part):
    beats, past = subject()
    found = describe(beats + wave(0.015, 0.3, centre_s)[:, None].astype(np.float32), past)
    differences = {name: found[f"{name}_difference_1"].mean() for name in ("p", "qrs", "t")}
    assert max(differences, key=differences.__getitem__) == part


def test_a_missing_p_wave_does_not_match():
    beats, past = subject()
    without = beats - wave(0.025, 0.15, -0.17)[:, None].astype(np.float32) / past.amplitude[0, 0]
    assert (
        describe(without, past)["p_match_1"].max() < 0.5 < describe(beats, past)["p_match_1"].min()
    )


def test_a_lead_that_is_absent_gives_the_same_numbers_for_every_beat():
    waveform = subject(2)[0].copy()
    waveform[:, :, 1] = 0
    found = describe(*in_context(waveform))
    for name, values in found.items():
        assert np.isfinite(values).all(), name
        assert not name.endswith("_2") or np.ptp(values) == 0, name


@pytest.mark.parametrize(("before", "after"), [(0.35, 0.06), (0.06, 0.45), (0.06, 0.06)])
def test_a_window_without_p_or_t_wave_gives_numbers(before, after):
    window = replace(WINDOW, before_s=before, after_s=after)
    waveform = np.random.default_rng(0).normal(size=(20, window.n_samples, 2)).astype(np.float32)
    beats, past = in_context(waveform, window)
    assert np.isfinite(compute_morphology(beats, past, past, window)).all()


@pytest.mark.parametrize("n_leads", [1, 2, 8])
@pytest.mark.parametrize("n", [0, 1, 11, 40])
def test_what_is_measured_in_one_go_is_what_each_measure_gives_by_itself(n, n_leads):
    """To the last bit: absent leads, flat and huge beats, and values that are not known."""
    beats, past = (values for values in subject(n_leads, 0.2))
    hour = past.select(np.arange(N)[::-1])
    beats[3:6], beats[7, :, -1], beats[8], beats[9, 4] = 0, 0, 1e4, np.nan
    beats, past, hour = beats[:n], past.select(slice(0, n)), hour.select(slice(0, n))
    found = describe(beats, past, hour)
    scaled = beats * (past.amplitude / hour.amplitude)[:, None, :]
    expected = {
        "p_match": np.clip(match_p_wave(beats, past.template, WINDOW), -1.5, 2),
        "p_match_hour": np.clip(match_p_wave(scaled, hour.template, WINDOW), -1.5, 2),
    }
    for waves, other, end in ((beats, past, ""), (scaled, hour, "_hour")):
        apart = part_distances(waves, other.template, WINDOW) - other.part_distance
        for place, part in enumerate(PARTS):
            expected[f"{part}_difference{end}"] = np.clip(apart[:, :, place], -2, 4)
    noise = past.p_noise + 1e-4
    match = match_p_wave(beats, past.template, WINDOW)
    left = p_wave_residual(beats, past.template, match, WINDOW) + 1e-4
    expected["p_residual"] = np.clip(0.5 * np.log(left / noise), -2, 3)
    usual = np.log(p_wave_energy(past.template, WINDOW) / noise)
    expected["p_strength"] = np.clip(0.5 * usual, -2, 3)
    for name, values in expected.items():
        for lead in range(n_leads):
            np.testing.assert_array_equal(found[f"{name}_{lead + 1}"], values[:, lead], name)


def test_a_beat_far_from_the_template_stands_out_and_other_beats_have_no_say():
    beats, past = subject()
    found = distance_to_template(beats, past, WINDOW)
    odd = beats.copy()
    odd[30] += 0.5
    changed = distance_to_template(odd, past, WINDOW)
    others = np.arange(len(beats)) != 30
    np.testing.assert_array_equal(changed[others], found[others])
    assert changed[30] > 2 > np.abs(found).max()
    assert abs(np.median(found)) < 0.3


def test_an_odd_p_wave_alone_stands_out():
    beats, past = subject()
    odd = beats.copy()
    odd[30, WINDOW.part("p")] += 0.5
    more = distance_to_template(odd, past, WINDOW) - distance_to_template(beats, past, WINDOW)
    assert more[30] > 0.5


def test_an_absent_lead_has_no_say():
    beats, past = subject(2)
    both = distance_to_template(beats, past, WINDOW)
    one = beats.copy()
    one[:, :, 1] = 0
    first = distance_to_template(one, past, WINDOW)
    only = replace(past, template=past.template[:, :, :1], part_distance=past.part_distance[:, :1])
    np.testing.assert_allclose(first, distance_to_template(beats[:, :, :1], only, WINDOW))
    assert np.abs(first - both).max() > 0
    assert distance_to_template(beats * 0, past, WINDOW).tolist() == [0.0] * len(beats)


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_noise_of_the_p_wave_is_a_logarithm_in_strength_and_residual(factor):
    beats, past = subject(noise=0.02)
    noisier = replace(past, p_noise=factor * past.p_noise + (factor - 1) * 1e-4)
    one, other = describe(beats, past), describe(beats, noisier)
    assert np.abs(one["p_strength_1"]).max() < 2  # not at a limit
    for name in ("p_strength_1", "p_residual_1"):
        np.testing.assert_allclose(
            other[name] - one[name], -0.5 * np.log(factor), atol=1e-6, err_msg=name
        )
