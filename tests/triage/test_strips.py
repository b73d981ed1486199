from itertools import pairwise

import numpy as np
import pytest
from drawn_recording import REASONS, decide

from ecg_anomaly.triage.strips import (
    LENGTH_S,
    MOST_STRIPS,
    SIZES,
    choose_strips,
    group_flagged_beats,
    name_kinds,
)

TIME_S = np.arange(0.5, 3600, 0.8)


def flag(*rows: int) -> np.ndarray:
    flagged = np.zeros(len(TIME_S), dtype=bool)
    flagged[list(rows)] = True
    return flagged


def test_neighbouring_flagged_beats_are_one_episode():
    episodes = group_flagged_beats(decide(TIME_S, flag(3, 10, 11, 20, 21, 22, 23)))
    assert list(zip(episodes.first, episodes.last, strict=True)) == [(3, 3), (10, 11), (20, 23)]
    assert [SIZES[size] for size in episodes.size] == ["single beat", "pair", "run"]


def test_beats_on_either_side_of_a_gap_are_not_neighbours():
    time_s = np.array([0.5, 1.3, 60.0, 60.8])
    assert len(group_flagged_beats(decide(time_s, np.ones(4, bool)))) == 2


def test_the_top_beat_of_an_episode_has_its_highest_score():
    score = np.zeros(len(TIME_S))
    score[[20, 21, 22, 23]] = [2, 5, 3, 5]
    episodes = group_flagged_beats(decide(TIME_S, flag(20, 21, 22, 23), score=score))
    assert (episodes.top[0], episodes.score[0]) == (21, 5)


def test_the_kind_is_that_of_the_strongest_reason():
    decisions = decide(TIME_S, flag(3, 10, 20, 30, 40), reasons=[*REASONS, "of no known kind"])
    rows = np.flatnonzero(decisions.anomalous)
    assert name_kinds(decisions, rows) == [
        "premature", "wide_qrs", "st_t", "together", "together",
    ]  # fmt: skip
    assert name_kinds(decisions, rows[:0]) == []


def test_no_flag_is_no_episode():
    episodes = group_flagged_beats(decide(TIME_S, flag()))
    assert len(episodes) == len(episodes.n_beats) == len(episodes.size) == 0


def test_the_first_strips_show_every_kind_of_finding_once():
    rows = np.arange(20, 4000, 30)
    kinds = [REASONS[0]] * (len(rows) - 3) + list(REASONS[1:])
    score = np.where(flag(*rows), 9.0, 0.0)
    score[rows[-3:]] = 2.0  # the rare kinds have low scores
    strips = choose_strips(decide(TIME_S, flag(*rows), kinds, score), 3600.0)
    assert len(strips) == MOST_STRIPS
    assert {strip.kind for strip in strips[:4]} == {"premature", "wide_qrs", "st_t", "together"}
    assert {strip.kind for strip in strips[4:]} == {"premature"}
    assert strips[0].alike == len(rows) - 3
    assert [strip.number for strip in strips] == list(range(1, MOST_STRIPS + 1))


def test_runs_come_by_length_and_beats_by_score_inside_a_kind():
    rows = [100, 101, 102, 300, 301, 302, 303, 304, 500, 600, 700]
    score = np.where(flag(*rows), 2.0, 0.0)
    score[[100, 600]] = 8.0
    decisions = decide(TIME_S, flag(*rows), [REASONS[2]] * len(rows), score)
    strips = choose_strips(decisions, 3600.0)
    runs = [strip.first for strip in strips if strip.size == 2]
    assert runs == [300, 100]
    assert [strip.first for strip in strips if strip.size == 0] == [600, 500, 700]


def test_episodes_within_a_few_seconds_share_a_strip():
    strips = choose_strips(decide(TIME_S, flag(100, 102, 104)), 3600.0)
    assert len(strips) == 1
    shown = TIME_S[[100, 102, 104]]
    assert (strips[0].start_s < shown).all()
    assert (shown < strips[0].end_s).all()


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 1.0])
@pytest.mark.parametrize("duration_s", [3.0, 8.0, 3600.0])
def test_strips_are_few_show_their_top_beat_and_stay_inside(share: float, duration_s: float):
    time_s = TIME_S[duration_s > TIME_S]
    rng = np.random.default_rng(0)
    flagged = rng.random(len(time_s)) < share
    decisions = decide(time_s, flagged, score=rng.normal(size=len(time_s)))
    strips = choose_strips(decisions, duration_s)
    assert len(strips) <= MOST_STRIPS
    assert bool(strips) == bool(flagged.any())
    for strip in strips:
        assert 0 <= strip.start_s <= time_s[strip.top] <= strip.end_s <= duration_s
        assert strip.end_s - strip.start_s == pytest.approx(min(LENGTH_S, duration_s))
        assert flagged[strip.first : strip.last + 1].all()
    tops = sorted(strip.top for strip in strips)
    assert all(a != b for a, b in pairwise(tops))


def test_without_beats_there_is_no_strip():
    assert choose_strips(decide(TIME_S[:0], flag()[:0]), 0.0) == []
