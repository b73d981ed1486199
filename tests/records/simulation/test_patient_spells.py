"""Spells take up their share of the time and never overlap."""

import numpy as np
import pytest

from ecg_anomaly.records.simulation.patient_spells import Spells, draw_spells


def draw(share: float, seed: int = 0) -> Spells:
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
