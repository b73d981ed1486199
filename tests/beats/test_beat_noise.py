"""Noise around beats, measured on synthetic leads."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats.beat_noise import NOISE_REACH, measure_noise
from ecg_anomaly.beats.beat_quality import NoiseLimits
from ecg_anomaly.beats.readability import TRUSTED_QUALITY

FS, LIMITS = 120.0, NoiseLimits.from_config(preprocess_config())


def heart(rr_s=0.8, duration_s=60.0, width_s=0.02):
    """A lead and its R peaks: QRS complexes with P and T waves."""
    time = np.arange(round(duration_s * FS)) / FS
    at = np.arange(1.0, duration_s - 1, rr_s)
    waves = ((0.0, 1.0, width_s), (-0.16, 0.1, 0.03), (min(0.3, 0.45 * rr_s), 0.2, 0.05))
    lead = sum(
        height * np.exp(-(((time - s - lag) / width) ** 2))
        for s in at
        for lag, height, width in waves
    )
    return np.asarray(lead, np.float32), np.rint(at * FS).astype(np.int64)


def named(lead, centre, limits=LIMITS):
    return measure_noise(lead, np.zeros(len(lead), bool), 0, centre, FS).name(limits)


def muscle(n, level_mv, seed=0):
    return np.random.default_rng(seed).normal(0, level_mv, n).astype(np.float32)


def motion(n, level_mv, seed=0):
    """Electrode motion: slow steps at random, none like the other."""
    rng = np.random.default_rng(seed)
    time, total = np.arange(n), np.zeros(n)
    for _ in range(n // 15):
        total += rng.normal() * np.exp(-(((time - rng.uniform(0, n)) / rng.uniform(5, 15)) ** 2))
    return (level_mv * total).astype(np.float32)


@pytest.mark.parametrize("rr_s", [0.33, 0.4, 0.6, 1.0, 2.0])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
def test_a_clean_heart_can_be_read_at_any_rate_in_any_unit(rr_s, scale):
    lead, centre = heart(rr_s)
    assert not (named(np.float32(scale) * lead, centre) != "").any()


def test_a_run_of_wide_beats_can_be_read():
    lead, centre = heart(rr_s=0.35, width_s=0.06)
    assert not (named(lead, centre) != "").any()


def test_muscle_noise_is_named_where_it_is_and_only_there():
    lead, centre = heart()
    lead[30 * 120 : 45 * 120] += muscle(15 * 120, 0.2)
    reason = named(lead, centre)
    inside = (centre > 32 * 120) & (centre < 43 * 120)
    assert (reason[inside] == "noise").all()
    assert not (reason[(centre < 27 * 120) | (centre > 48 * 120)] != "").any()


def test_the_more_muscle_noise_the_more_beats_are_named():
    lead, centre = heart()
    shares = [
        (named(lead + muscle(len(lead), level), centre) == "noise").mean()
        for level in (0.005, 0.02, 0.05, 0.1, 0.3)
    ]
    assert shares[0] == 0
    assert shares[-1] == 1
    assert shares == sorted(shares)


def test_electrode_motion_hides_the_qrs_complexes():
    lead, _ = heart()
    noisy = lead + motion(len(lead), 0.8)
    found = np.arange(60, len(lead) - 60, 70)  # peaks found in it are none
    measured = measure_noise(noisy, np.zeros(len(noisy), bool), 0, found, FS)
    assert (measured.rate(LIMITS) < TRUSTED_QUALITY).mean() > 0.8
    assert (measured.name(LIMITS) == "no clear QRS").any()


def test_one_odd_beat_in_a_clean_lead_can_be_read():
    lead, centre = heart()
    at = centre[30]
    lead[at - 20 : at + 20] = -1.5 * np.hanning(40).astype(np.float32)
    assert named(lead, centre)[30] == ""


def test_limits_are_those_of_the_configuration():
    lead, centre = heart()
    noisy = lead + muscle(len(lead), 0.3)
    assert (named(noisy, centre) == "noise").all()
    open_ended = replace(LIMITS, roughness=np.inf, unrest=np.inf)
    assert not (named(noisy, centre, open_ended) != "").any()


def noisy_lead(duration_s=120.0):
    """A lead with muscle noise and a gap in it, where the gap is, and its R peaks."""
    lead, centre = heart(duration_s=duration_s)
    lead[50 * 120 : 70 * 120] += muscle(20 * 120, 0.1)
    missing = np.zeros(len(lead), bool)
    missing[65 * 120 : 66 * 120] = True
    return lead, missing, centre


def test_a_piece_says_what_the_whole_says():
    lead, missing, centre = noisy_lead()
    whole = measure_noise(lead, missing, 0, centre, FS)
    back, ahead = (round(reach_s * FS) for reach_s in NOISE_REACH)
    for first in range(0, len(lead), 1234):
        start, stop = max(0, first - back), min(first + 1234 + ahead, len(lead))
        near = (centre >= start) & (centre < stop)
        mine = (centre[near] >= first) & (centre[near] < first + 1234)
        piece = measure_noise(lead[start:stop], missing[start:stop], start, centre[near], FS)
        rows = np.flatnonzero(near)[mine]
        assert piece.name(LIMITS)[mine].tolist() == whole.name(LIMITS)[rows].tolist()
        assert piece.rate(LIMITS)[mine].tolist() == whole.rate(LIMITS)[rows].tolist()
        for name in ("roughness", "unrest", "likeness"):
            np.testing.assert_array_equal(getattr(piece, name)[mine], getattr(whole, name)[rows])


@pytest.mark.parametrize("first", [0, 1, 7, 80, 130])
def test_beats_that_are_only_looked_back_at_have_no_row_and_all_their_influence(first):
    lead, missing, centre = noisy_lead()
    whole = measure_noise(lead, missing, 0, centre, FS)
    found = measure_noise(lead, missing, 0, centre, FS, np.arange(first, len(centre)))
    for name, values in vars(whole).items():
        np.testing.assert_array_equal(getattr(found, name), values[first:], err_msg=name)


@pytest.mark.parametrize("k", [0, 1, 5, 60, 75, 80, 100])
def test_nothing_later_than_its_window_says_how_noisy_a_beat_is(k):
    lead, missing, centre = noisy_lead()
    whole = measure_noise(lead, missing, 0, centre, FS)
    stop = centre[k] + round(NOISE_REACH.ahead_s * FS) + 1
    lead[stop:] += 7 + muscle(len(lead) - stop, 9.0)
    missing[stop:] = ~missing[stop:]
    found = measure_noise(lead, missing, 0, centre[: k + 1], FS)
    for name in ("roughness", "unrest", "likeness"):
        np.testing.assert_array_equal(getattr(found, name), getattr(whole, name)[: k + 1])
    np.testing.assert_array_equal(found.rate(LIMITS), whole.rate(LIMITS)[: k + 1])


@pytest.mark.parametrize("rr_s", [0.33, 0.8, 2.0])
def test_the_first_beats_of_a_recording_can_be_read_without_doubt(rr_s):
    lead, centre = heart(rr_s)
    for before in (130, 60, 45):  # the beat itself is all that is known of the lead
        start = centre[2] - before
        rest = centre[2:] - start
        found = measure_noise(lead[start:], np.zeros(len(lead) - start, bool), 0, rest, FS)
        assert (found.rate(LIMITS) > TRUSTED_QUALITY).all()


@pytest.mark.parametrize("n", [1, 30, 144, 200])
@pytest.mark.parametrize("beats", [0, 1])
def test_a_lead_of_any_length_and_without_a_signal_is_measured(n, beats):
    found = measure_noise(
        np.zeros(n, np.float32), np.zeros(n, bool), 0, np.zeros(beats, np.int64), FS
    )
    assert np.isfinite(found.roughness).all()
    assert len(found.name(LIMITS)) == beats


def test_a_spike_does_not_make_its_neighbours_unreadable():
    lead, centre = heart()
    lead[30 * 120 : 30 * 120 + 3] += 50
    far = np.abs(centre - 30 * 120) > 120
    assert not (named(lead, centre)[far] != "").any()
