"""Scores of some beats among others, which have none."""

from dataclasses import fields

import numpy as np
import pytest

from ecg_anomaly.detector.decisions import DTYPES
from ecg_anomaly.detector.scored_beats import ScoredBeats, no_scores


def scored(n: int) -> ScoredBeats:
    text, values = np.array([f"t{k}" for k in range(n)], object), np.arange(n, dtype=np.float32)
    score, flagged = np.arange(n) + 0.5, np.ones(n, bool)
    return ScoredBeats(score, values, flagged, text, text, values, values, values)


def test_the_others_have_no_score_no_flag_and_their_own_quality():
    quality = np.float32([0.1, 0.2, 0.3, 0.4])
    found = scored(2).spread(np.array([3, 1]), quality)
    assert found.quality.tolist() == [quality[0], 1.0, quality[2], 0.0]
    np.testing.assert_array_equal(found.score, [np.nan, 1.5, np.nan, 0.5])
    assert found.flagged.tolist() == [False, True, False, True]
    assert found.reason.tolist() == found.aami.tolist() == ["", "t1", "", "t0"]
    for values in (found.probability, found.ventricular, found.fusion):
        np.testing.assert_array_equal(values, [np.nan, 1, np.nan, 0])
    assert quality.tolist() == np.float32([0.1, 0.2, 0.3, 0.4]).tolist()


@pytest.mark.parametrize("rows", [[], [0, 1, 2], [2, 0, 1], [1]])
def test_columns_keep_their_types_and_rows_their_order(rows):
    found = scored(len(rows)).spread(np.array(rows, np.intp), np.zeros(3, np.float32))
    assert found.score[rows].tolist() == scored(len(rows)).score.tolist()
    for field in fields(ScoredBeats):
        column = getattr(found, field.name)
        assert column.shape == (3,)
        assert column.dtype == DTYPES.get(field.name, column.dtype)


def test_of_no_beats_there_is_nothing():
    assert all(len(column) == 0 for column in vars(no_scores()).values())
