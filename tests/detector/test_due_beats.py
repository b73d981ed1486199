"""Beats that are due reach from their first R peak to their last."""

import numpy as np
import pytest

from ecg_anomaly.detector.due_beats import DueBeats


@pytest.mark.parametrize(
    ("sample", "target"), [([], range(0)), ([7], range(7, 8)), ([7, 300, 512], range(7, 513))]
)
def test_where_the_r_peaks_lie(sample, target):
    due = DueBeats(np.array(sample, np.int64), 600, None)
    assert due.target == target
    assert not due.ended
