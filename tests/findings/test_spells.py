from dataclasses import replace

import numpy as np
import pytest
from hand_made_beats import cut, make_steady

from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.spells import Spells


def find(holds: str, step: int = 100, **options):
    spells, beats = Spells(**options), make_batch(make_steady(len(holds), 1.0))
    rows = np.array([letter == "x" for letter in holds])
    found = []
    for k, part in enumerate(cut(beats, step)):
        found += spells.extend(rows[k * step : (k + 1) * step], part)
    return [replace(s, quality=round(s.quality, 6)) for s in [*found, *spells.finish()]]


def test_neighbours_are_one_spell():
    found = find("..xxx...x")
    assert [(s.start_s, s.end_s, s.beats) for s in found] == [(3, 5, 3), (9, 9, 1)]


def test_the_beats_that_fill_the_rule_belong_to_it():
    (spell,) = find("....xx..", back=3)
    assert (spell.start_s, spell.found_s, spell.end_s) == (2, 5, 6)
    assert (spell.beats, spell.held) == (5, 2)


def test_a_spell_does_not_begin_before_the_recording():
    (spell,) = find("xx......", back=3)
    assert (spell.start_s, spell.beats) == (1, 2)


def test_near_spells_are_one():
    found = find("xx..xx....x", join_s=3.0)
    assert [(s.start_s, s.end_s, s.beats, s.held) for s in found] == [(1, 6, 6, 4), (11, 11, 1, 1)]


@pytest.mark.parametrize("step", [1, 2, 3, 7])
@pytest.mark.parametrize("options", [{}, {"back": 2}, {"back": 4, "join_s": 2.5}])
def test_batches_change_nothing(step, options):
    holds = "".join(np.random.default_rng(step).choice(list(".x"), 60))
    assert find(holds, step, **options) == find(holds, **options)


@pytest.mark.parametrize("back", [2, 3])
@pytest.mark.parametrize("join_s", [0.0, 1.5, 2.0, 7.0])
def test_a_spell_that_lasts_is_not_over_within_so_many_beats(back, join_s):
    beats, found = make_batch(make_steady(12, 1.0)), 0
    for n_first in range(2, 8):
        for n in range(1, 6):
            spells = Spells(back, join_s)
            first = beats.select(0, n_first)
            spells.extend(np.arange(n_first) < 2, first)
            if spells.lasts(n):
                found += 1
                following = beats.select(n_first, n_first + n)
                assert spells.extend(np.zeros(n, bool), following) == []
    assert found


def test_a_spell_that_is_over_does_not_wait_for_the_next():
    spells, beats = Spells(join_s=2.0), make_batch(make_steady(6, 1.0))
    assert spells.extend(np.array([True, True, False, False, False, False]), beats)
    assert spells.finish() == []
