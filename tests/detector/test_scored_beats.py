"""A part of the scores keeps its columns together."""

import numpy as np

from ecg_anomaly.detector.scored_beats import ScoredBeats


def test_a_part_has_its_own_rows_and_the_scores_of_its_beats():
    text = np.array(["", "wide", ""], object)
    flagged, values = np.array([False, True, False]), np.arange(3.0)
    scored = ScoredBeats(np.arange(3), values, values, flagged, text, text, values, values, values)
    part = scored.select(slice(1, 3), np.array([4, 7]))
    assert part.rows.tolist() == [4, 7]
    assert part.score.tolist() == part.quality.tolist() == part.probability.tolist() == [1.0, 2.0]
    assert part.ventricular.tolist() == part.fusion.tolist() == [1.0, 2.0]
    assert part.flagged.tolist() == [True, False]
    assert part.reason.tolist() == part.aami.tolist() == ["wide", ""]
