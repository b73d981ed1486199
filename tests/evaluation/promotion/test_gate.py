"""The gate lets through what is not worse than a margin, surely so, and nothing else."""

from dataclasses import replace

import numpy as np
import pytest
from toy_scores import draw_scores

from ecg_anomaly.evaluation.promotion.gate import (
    BROKEN,
    FALSE_ALARMS,
    HELD,
    NOT_MEASURED,
    compare_figures,
    compare_speed,
)
from ecg_anomaly.evaluation.promotion.protocol_scores import FIGURES

MARGINS = dict.fromkeys(FIGURES, 0.02)


def compare(champion, challenger, **margins: float):
    rows = compare_figures(champion, challenger, {**MARGINS, **margins}, 200, 0.95, 0)
    return {row.figure: row for row in rows}


def test_a_detector_is_not_worse_than_itself_even_without_a_margin():
    one = draw_scores()
    rows = compare(one, one, **dict.fromkeys(FIGURES, 0.0))
    assert [row.figure for row in rows.values()] == list(FIGURES)
    for row in rows.values():
        assert row.result == (NOT_MEASURED if row.figure.startswith("sveb") else HELD)
        assert row.champion == row.challenger or np.isnan(row.champion)


@pytest.mark.parametrize("seed", range(3))
def test_a_better_one_holds_and_a_worse_one_breaks(seed):
    good, bad = draw_scores(seed=seed), draw_scores(separation=2.0, seed=seed)
    assert {compare(bad, good)[name].result for name in ("average_precision", "f1")} == {HELD}
    assert {compare(good, bad)[name].result for name in ("average_precision", "f1")} == {BROKEN}


def test_more_false_alarms_break_and_fewer_hold():
    few, many = draw_scores(threshold=2.5), draw_scores(threshold=1.5)
    assert compare(few, many)[FALSE_ALARMS].result == BROKEN
    assert compare(many, few)[FALSE_ALARMS].result == HELD
    assert compare(few, many, false_alarm_rate=0.2)[FALSE_ALARMS].result == HELD


def test_what_two_subjects_cannot_show_breaks():
    """The difference is within the margin, its interval is not."""
    good, bad = draw_scores(n_subjects=40), draw_scores(n_subjects=40, separation=2.9)
    estimate = compare(good, bad)["average_precision"]
    margin = estimate.champion - estimate.challenger + 0.001
    assert compare(good, bad, average_precision=margin)["average_precision"].result == BROKEN
    assert compare(good, bad, average_precision=0.2)["average_precision"].result == HELD


def test_one_subject_shows_nothing():
    one = draw_scores(n_subjects=1)
    assert compare(one, one)["f1"].result == BROKEN


def test_a_class_that_is_called_no_more_breaks():
    good = draw_scores()
    mute = replace(good, ectopic=good.ectopic * [0, 1, 0, 0, 1, 1, 1, 1])
    row = compare(good, mute)["veb_predictivity"]
    assert np.isnan(row.challenger)
    assert row.result == BROKEN
    assert compare(mute, good)["veb_predictivity"].result == HELD


@pytest.mark.parametrize(("seconds", "result"), [(1.2, HELD), (1.3, BROKEN), (0.1, HELD)])
def test_speed_is_a_ratio(seconds, result):
    assert compare_speed(1.0, seconds, 1.25).result == result


def test_a_champion_that_took_no_time_says_nothing_of_speed():
    assert compare_speed(0.0, 1.0, 1.25).result == BROKEN
