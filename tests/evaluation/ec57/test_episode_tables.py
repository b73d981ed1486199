"""Durations as printed, and sumstats' way to the gross share of a duration."""

import pytest

from ecg_anomaly.evaluation.ec57.episode_comparison import EpisodeComparison
from ecg_anomaly.evaluation.ec57.episode_tables import AF_EPISODES, VF_EPISODES, format_duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.000"),
        (4.1667, "0:04.167"),
        (59.9996, "1:00.000"),
        (140.8125, "2:20.813"),
        (125.689, "2:05.689"),
        (3600, "1:00:00.000"),
        (7097.932, "1:58:17.932"),
    ],
)
def test_durations(seconds, text):
    assert format_duration(seconds) == text


def test_a_line():
    row = AF_EPISODES.make_row("219", EpisodeComparison(6, 3, 5, 0, 665.6, 1136.978, 725.864))
    assert AF_EPISODES.format_row(row) == (
        "   219    6    3    5    0   67 100  59  92     18:56.978      12:05.864"
    )


def test_the_printed_gross_share_comes_from_whole_percents_and_the_real_one_does_not():
    rows = [
        VF_EPISODES.make_row("a", EpisodeComparison(1, 0, 1, 0, 97.9, 97.9, 198.0)),  # 49.4 %
        VF_EPISODES.make_row("b", EpisodeComparison(0, 0, 0, 1, 0.0, 0.0, 100.0)),
    ]
    assert VF_EPISODES.sum_rows(rows)["DSe"] == 100
    gross = VF_EPISODES.format_sumstats(rows).split("\n")[6]
    assert gross.split() == ["Gross", "100", "50", "99", "33"]  # 198 s of 49 % are 97.02 s


def test_nothing_gives_dashes():
    lines = VF_EPISODES.format_sumstats([]).split("\n")
    assert lines[3].split() == ["Sum", "0", "0", "0", "0", "0:00.000", "0:00.000"]
    assert lines[4].split() == ["Gross", "-", "-", "-", "-"]


def test_the_percent_of_the_longer_duration_is_taken():
    longer_reference = EpisodeComparison(1, 0, 1, 0, 52.4, 100.0, 60.0)  # 52.4 % and 87.3 %
    gross = AF_EPISODES.format_sumstats([AF_EPISODES.make_row("a", longer_reference)]).split("\n")
    assert gross[5].split() == ["Gross", "100", "100", "52", "87"]  # 52.0 s of 60 s
