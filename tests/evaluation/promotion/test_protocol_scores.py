"""The figures of a detector on reference beats: missed, found, and found where none is."""

import numpy as np
import pytest
from toy_scores import draw_scores

from ecg_anomaly.evaluation.promotion.protocol_scores import FIGURES, FoundBeats, collect_scores
from ecg_anomaly.network.beat_scores import average_precision
from ecg_anomaly.records.record import Annotations, Record

FS = 100.0


def record(name: str, symbols: str) -> Record:
    """A beat each second, after a comment."""
    sample = np.array([10, *(100 * (1 + k) for k in range(len(symbols)))])
    marks = Annotations(sample, np.array(["+", *symbols]))
    return Record(
        name, name, np.zeros((100 * (2 + len(symbols)), 1), np.float32), FS, ("II",), marks
    )


def found(at_s: list[float], flagged: str = "") -> FoundBeats:
    """Beats at some seconds; the scores of those flagged, as a class, are above the others'."""
    calls = np.array(list(flagged.ljust(len(at_s))), dtype="<U1")
    is_flagged = calls != " "
    score = np.arange(len(at_s)) / 10 + is_flagged
    aami = np.where(is_flagged, calls, "")
    return FoundBeats(np.round(np.array(at_s) * FS).astype(int), score, is_flagged, aami)


def test_missed_beats_have_the_lowest_score_and_false_ones_are_normal():
    scores = collect_scores([record("a", "NVN")], [found([1.02, 2.5], " V")], "S")
    assert scores.anomalous.tolist() == [False, True, False, False]
    assert scores.score.tolist() == [0.0, -np.inf, -np.inf, 1.1]
    assert scores.flagged.tolist() == [False, False, False, True]


def test_figures_are_those_of_ec57_and_of_the_report():
    records = [record("a", "NNVS"), record("b", "NNVV")]
    every = [found([1, 2, 3, 4], "  VV"), found([1, 2, 3, 4], " S V")]
    figures = collect_scores(records, every, "S").figures(np.ones(2))
    assert tuple(figures) == FIGURES
    assert figures["veb_sensitivity"] == pytest.approx(2 / 3)
    assert figures["veb_predictivity"] == pytest.approx(2 / 3)
    assert figures["sveb_sensitivity"] == 0
    assert figures["sveb_predictivity"] == 0
    assert figures["false_alarm_rate"] == pytest.approx(1 / 4)
    assert figures["f1"] == pytest.approx(2 * 3 / (2 * 3 + 1 + 1))


def test_a_weight_counts_a_subject_so_many_times():
    records = [record("a", "NNVS"), record("b", "NVVV"), record("a2", "NV")]
    every = [found([1, 2, 3, 4], "  VV"), found([1, 3, 4], "  V"), found([1, 2], "V ")]
    drawn = collect_scores(records, every, "S").figures(np.array([2.0, 0.0, 1.0]))
    double = [records[0], record("c", "NNVS"), records[1]]
    same = collect_scores(double, [every[0], every[0], every[1]], "S").figures(np.ones(3))
    assert drawn == pytest.approx(same, nan_ok=True)


def test_average_precision_is_that_of_scikit_learn():
    scores = draw_scores()
    expected = average_precision(scores.anomalous, scores.score)
    assert scores.figures(np.ones(20))["average_precision"] == pytest.approx(expected)


def test_escape_beats_are_of_the_class_that_is_said():
    beats = [found([1.0])]
    assert collect_scores([record("a", "j")], beats, "S").anomalous.tolist() == [True]
    assert collect_scores([record("a", "j")], beats, "N").anomalous.tolist() == [False]
