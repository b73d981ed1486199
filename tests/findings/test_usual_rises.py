"""How much usual QRS complexes and P waves rise, lead by lead."""

import numpy as np
import pytest

from ecg_anomaly.findings.usual_rises import (
    LEAST_STEEP_MV,
    MOST_STEEP_MV,
    STEEP_MV,
    STEEP_SHARE,
    USUAL_BEATS,
    UsualRises,
    measure_p_waves,
    measure_rise,
    measure_usual,
    read_rises,
)
from ecg_anomaly.records.record import Record

FS = 250.0
BEATS_S = np.arange(1, 20, 0.8)


def draw(*leads):
    """Leads with QRS complexes and P waves of so many mV."""
    at = np.arange(0, 22, 1 / FS)
    qrs = np.exp(-0.5 * ((at[:, None] - BEATS_S) / 0.012) ** 2).sum(axis=1)
    p_waves = np.exp(-0.5 * ((at[:, None] - BEATS_S + 0.18) / 0.03) ** 2).sum(axis=1)
    signal = np.stack([a * qrs + b * p_waves for a, b in leads], axis=1)
    return Record("r", "r", signal.astype(np.float32), FS, ("I", "II", "V1")[: len(leads)])


def test_the_largest_change_within_a_rise_counts():
    pieces = np.zeros((2, 100, 1), np.float32)
    pieces[0, 50:] = -0.5
    pieces[1, :, 0] = np.linspace(0, 1, 100)
    pieces[1, 20:30] = np.nan
    assert measure_rise(pieces, FS)[:, 0] == pytest.approx([0.5, 0.1], abs=0.01)
    assert measure_rise(np.full((1, 50, 2), np.nan, np.float32), FS).tolist() == [[0.0, 0.0]]


def test_moments_at_the_edges_are_left_out():
    assert read_rises(draw((1, 0)), np.array([0.0, 5.0, 22.0]), -0.1, 0.1).shape == (1, 1)


def test_a_lead_with_small_complexes_is_not_clear():
    most, clear = measure_p_waves(draw((1.0, 0.1), (0.1, 0.06), (0.05, 0.0)), BEATS_S)
    assert clear.tolist() == [True, False, False]
    assert LEAST_STEEP_MV <= most[0] < STEEP_SHARE * 0.9
    assert most[1] > 0.06


def test_without_a_clear_lead_or_enough_beats_p_waves_are_not_known():
    assert measure_p_waves(draw((0.1, 0.06)), BEATS_S) is None
    assert measure_p_waves(draw((1.0, 0.1)), BEATS_S[: USUAL_BEATS - 1]) is None
    assert measure_p_waves(draw((1.0, 0.1)), np.zeros(0)) is None


def test_before_a_gap_they_are_measured_with_beats_or_without():
    record = draw((1.0, 0.1), (0.1, 0.06))
    assert measure_usual(record, 1.9) is None
    alone, known = measure_usual(record, 20.0), measure_usual(record, 20.0, BEATS_S)
    assert alone.beats.tolist() == known.beats.tolist()
    assert (alone.clear.any(), known.clear.tolist()) == (False, [True, False])
    assert alone.least_beside_clear.tolist() == alone.least_steep.tolist()
    assert known.least_beside_clear[0] == known.least_steep[0]
    assert known.least_beside_clear[1] > known.least_steep[1]


def test_what_may_be_a_qrs_complex_is_neither_noise_nor_too_much():
    rises = np.array([0.0, 0.01, 1.0, 9.0], np.float32)
    usual = UsualRises(rises, np.full(4, 5, np.float32), np.array([True, True, True, False]))
    expected = [STEEP_MV, LEAST_STEEP_MV, STEEP_SHARE, MOST_STEEP_MV]
    assert usual.least_steep == pytest.approx(expected)
    assert usual.least_beside_clear == pytest.approx(expected)
