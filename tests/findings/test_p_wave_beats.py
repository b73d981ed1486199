"""P waves that go on while the ventricles stand still, and are found as beats."""

import numpy as np
import pytest

from ecg_anomaly.findings.beat_gaps import search_gaps
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.p_wave_beats import is_p_wave, mark_p_waves
from ecg_anomaly.records.record import Record

from hand_made_beats import make_beats  # isort: skip

FS, RR_S = 250.0, 0.8
BEATS_S = 1 + RR_S * np.arange(20)
STANDSTILL_S = BEATS_S[-1] + RR_S * np.arange(1, 11)  # when beats would come


def bump(at, peaks_s, width_s):
    peaks_s = np.asarray(peaks_s, float)
    return np.exp(-0.5 * ((at[:, None] - peaks_s) / width_s) ** 2).sum(axis=1)


def draw(beats_s, p_waves_s, leads=((1.0, 0.15),), noise_mv=0.005):
    """Beats and P waves of so many mV in each lead."""
    at = np.arange(0, 1 + max(*beats_s, *p_waves_s), 1 / FS)
    qrs, p_waves = bump(at, beats_s, 0.012), bump(at, p_waves_s, 0.03)
    noise = np.random.default_rng(0).normal(0, noise_mv, (len(at), len(leads)))
    signal = np.stack([a * qrs + b * p_waves for a, b in leads], axis=1) + noise
    return Record("r", "r", signal.astype(np.float32), FS, ("II", "V1")[: len(leads)])


P_WAVES_S = np.concatenate([BEATS_S, STANDSTILL_S]) - 0.18
FOUND_S = P_WAVES_S[[22, 24, 25, 26, 27, 28]]  # the detector needs some seconds
LATE_S = STANDSTILL_S[-1] + RR_S * np.arange(1, 6)


def mark(record, found_s=FOUND_S):
    return mark_p_waves(record, np.concatenate([BEATS_S, found_s]))[len(BEATS_S) :].tolist()


@pytest.mark.parametrize("leads", [((1.0, 0.15),), ((1.0, 0.15), (0.1, 0.08)), ((0.4, 0.05),)])
def test_p_waves_after_the_last_qrs_complex_are_no_beats(leads):
    assert mark(draw(BEATS_S, P_WAVES_S, leads)) == [True] * len(FOUND_S)


def test_small_beats_are_beats():
    """As where electrodes come loose: all that is left is smaller, the P waves too."""
    record, small = draw(BEATS_S, P_WAVES_S[:20]), draw(FOUND_S, FOUND_S - 0.18, ((0.3, 0.05),))
    small.signal[: record.n_samples] += record.signal
    record = small
    assert mark(record) == [False] * len(FOUND_S)


def test_beats_that_do_not_come_late_are_not_asked_for():
    next_s = BEATS_S[-1] + 1.1 * np.arange(1, 4)
    assert mark(draw(BEATS_S, [*P_WAVES_S[:20], *next_s]), next_s) == [False] * 3


def test_without_clear_complexes_or_enough_beats_nothing_is_said():
    noisy = draw(BEATS_S, P_WAVES_S, noise_mv=0.3)
    assert mark(noisy) == [False] * len(FOUND_S)
    record = draw(BEATS_S, P_WAVES_S)
    assert is_p_wave(record, float(FOUND_S[0]), BEATS_S)
    assert not is_p_wave(record, float(FOUND_S[0]), BEATS_S[-7:])
    assert not mark_p_waves(record, np.zeros(0)).any()


def test_a_clear_lead_that_is_off_says_nothing():
    record = draw(BEATS_S, P_WAVES_S, ((1.0, 0.15), (0.1, 0.08)))
    record.signal[round(BEATS_S[-1] * FS) + 50 :, 0] = 5.0
    assert mark(record) == [False] * len(FOUND_S)


@pytest.mark.parametrize("lead", [(1.0, 0.15), (0.4, 0.05)])
def test_a_standstill_with_p_waves_is_an_asystole(lead):
    beats_s = np.concatenate([BEATS_S, LATE_S])
    found_s = np.sort(np.concatenate([beats_s, FOUND_S]))
    decisions = make_beats(np.diff(found_s))
    decisions.time_s[:] = found_s
    record = draw(beats_s, np.concatenate([P_WAVES_S, LATE_S - 0.18]), (lead,))
    (found,) = search_gaps(record, decisions, FindingLimits())
    assert found.kind == "asystole"
    assert (found.start_s, found.end_s) == (BEATS_S[-1], pytest.approx(LATE_S[0], abs=0.5))
