import numpy as np
from drawn_recording import REASONS, decide

from ecg_anomaly.triage.episodes import SIZES, find_episodes, name_kinds

TIME_S = np.arange(0.5, 3600, 0.8)


def flag(*rows: int) -> np.ndarray:
    flagged = np.zeros(len(TIME_S), dtype=bool)
    flagged[list(rows)] = True
    return flagged


def test_neighbouring_flagged_beats_are_one_episode():
    episodes = find_episodes(decide(TIME_S, flag(3, 10, 11, 20, 21, 22, 23)))
    assert list(zip(episodes.first, episodes.last, strict=True)) == [(3, 3), (10, 11), (20, 23)]
    assert [SIZES[size] for size in episodes.size] == ["single beat", "pair", "run"]


def test_beats_on_either_side_of_a_gap_are_not_neighbours():
    time_s = np.array([0.5, 1.3, 60.0, 60.8])
    assert len(find_episodes(decide(time_s, np.ones(4, bool)))) == 2


def test_the_top_beat_of_an_episode_has_its_highest_score():
    score = np.zeros(len(TIME_S))
    score[[20, 21, 22, 23]] = [2, 5, 3, 5]
    episodes = find_episodes(decide(TIME_S, flag(20, 21, 22, 23), score=score))
    assert (episodes.top[0], episodes.score[0]) == (21, 5)


def test_the_kind_is_that_of_the_strongest_reason():
    decisions = decide(TIME_S, flag(3, 10, 20, 30, 40), reasons=[*REASONS, "of no known kind"])
    rows = np.flatnonzero(decisions.anomalous)
    assert name_kinds(decisions, rows) == [
        "premature", "wide_qrs", "st_t", "together", "together",
    ]  # fmt: skip
    assert name_kinds(decisions, rows[:0]) == []


def test_no_flag_is_no_episode():
    episodes = find_episodes(decide(TIME_S, flag()))
    assert len(episodes) == len(episodes.n_beats) == len(episodes.size) == 0
