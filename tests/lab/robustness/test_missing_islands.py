"""Differences around an island are counted where they are."""

from dataclasses import replace

import numpy as np
import pytest

from lab.robustness import missing_islands
from lab.robustness.missing_islands import (
    IslandEffect,
    compare_around,
    measure_islands,
    tabulate_islands,
)


def test_equal_decisions_have_no_effect(make_decisions):
    decisions = make_decisions(list(range(100)), [-1.0] * 100)
    effect = compare_around(decisions, decisions, 10.0, 11.0, 50.0)
    assert effect == IslandEffect(late_beats=int((decisions.time_s > 61.0).sum()))


@pytest.mark.parametrize(
    ("place_s", "expected"), [(10.4, {}), (30.0, {"far_flags": 1}), (80.0, {"late_flags": 1})]
)
def test_a_flag_counts_by_its_distance(make_decisions, place_s, expected):
    decisions = make_decisions(list(range(100)), [-1.0] * 100)
    row = int(np.argmin(np.abs(decisions.time_s - place_s)))
    flags = decisions.anomalous.copy()
    flags[row] = not flags[row]
    effect = compare_around(decisions, replace(decisions, anomalous=flags), 10.0, 11.0, 50.0)
    late = int((decisions.time_s > 61.0).sum())
    assert effect == IslandEffect(late_beats=late, **expected)


def test_each_length_is_tried_once_and_summed_in_its_row(detector, record, monkeypatch):
    monkeypatch.setattr(missing_islands, "BEGINS_S", (10.0, 30.0))
    monkeypatch.setattr(missing_islands, "LENGTHS_S", (1 / 360, 1.0))
    effects = list(measure_islands(record, detector, 5.0))
    assert [length for length, _ in effects] == [1 / 360, 1.0]
    assert all(effect.late_beats > 0 for _, effect in effects)
    lines = tabulate_islands([*effects, *effects]).splitlines()
    assert len(lines) == 4
    assert lines[2].split("|")[-2].strip() == str(2 * effects[0][1].late_beats)
