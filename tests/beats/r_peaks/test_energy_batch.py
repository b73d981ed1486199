"""Highest moments of joint energies that are laid end to end."""

import numpy as np

from ecg_anomaly.beats.r_peaks.averaging import Grid
from ecg_anomaly.beats.r_peaks.energy_batch import EnergyBatch, SearchRange, find_maxima
from ecg_anomaly.beats.r_peaks.joint_energy import JointEnergy


def test_maxima_by_hand():
    values = np.array([0, 3, 1, 2, 2, 0, 0, 5, 0, 0.4, 0], np.float32)
    assert find_maxima(values, 1, 1, 0.5).tolist() == [1, 3, 7]
    assert find_maxima(values, 2, 2, 0.5).tolist() == [1, 7]
    assert find_maxima(values, 1, 4, 0.5).tolist() == [1, 7]
    assert find_maxima(values, 1, 1, 0.1).tolist() == [1, 3, 7, 9]
    assert find_maxima(values, 1, 1, 9.0).tolist() == []


def energy(joint: list[float]) -> JointEnergy:
    held = JointEnergy(Grid.of(120.0), 1)
    for append in (held.append_leads, held.append_energy):
        append(np.zeros((1, len(joint)), np.float32))
    held.append_joint(np.array(joint, np.float32))
    return held


def test_what_is_high_at_an_end_hides_nothing_of_the_next_recording():
    parts = [SearchRange(energy([0] * 40 + [9]), 0, 41), SearchRange(energy([1] + [0] * 50), 0, 51)]
    laid = EnergyBatch(parts)
    assert laid.which.tolist() == [0, 1]
    assert (laid.at[1] - laid.at[0]) > 1


def test_only_what_lies_where_it_is_looked_for_is_found():
    joint = [0.0] * 200
    for at in (20, 80, 140):
        joint[at] = 1.0
    laid = EnergyBatch([SearchRange(energy(joint), 20, 80), SearchRange(energy(joint), 81, 200)])
    assert laid.which.tolist() == [0, 1]
    assert laid.at[0] == 20


def test_maxima_are_those_of_the_definition():
    rng = np.random.default_rng(0)
    for before, ahead in ((1, 1), (3, 8), (10, 14), (9, 2)):
        values = rng.integers(0, 12, 400).astype(np.float32)
        expected = [
            at
            for at, own in enumerate(values)
            if own > 2
            and (values[max(0, at - before) : at] < own).all()
            and (values[at + 1 : at + 1 + ahead] <= own).all()
        ]
        assert find_maxima(values, before, ahead, 2.0).tolist() == expected
    assert find_maxima(values[:0], 3, 4, 1.0).tolist() == []


def test_a_recording_without_a_maximum_where_it_is_looked_for_is_left_out():
    joint = [0.0] * 60 + [1.0] + [0.0] * 60
    parts = [SearchRange(energy(joint), first, 121) for first in (61, 0, 61)]
    assert EnergyBatch(parts).numbers == [1]
    assert EnergyBatch(parts[:1]).find(last=False) == {}
