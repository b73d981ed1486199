"""Candidates are selected and joined in order."""

import numpy as np

from ecg_anomaly.beats.r_peaks.candidates import Candidates, join_candidates


def some(*samples: int) -> Candidates:
    sample = np.array(samples, np.int64)
    return Candidates(sample, sample + 0.5, sample + 0.25, 3 * sample)


def test_a_selection_keeps_the_columns_together():
    every = some(1, 5, 9)
    for rows in (slice(1, None), np.array([1, 2]), np.array([False, True, True])):
        found = every.select(rows)
        assert len(found) == 2
        assert found.sample.tolist() == [5, 9]
        assert found.height.tolist() == [5.5, 9.5]
        assert found.noise.tolist() == [5.25, 9.25]
        assert found.r_peak.tolist() == [15, 27]


def test_parts_are_joined_in_order():
    joined = join_candidates([some(1), Candidates.none(), some(4, 6)])
    assert vars(joined).keys() == vars(some(1)).keys()
    for name, values in vars(some(1, 4, 6)).items():
        np.testing.assert_array_equal(getattr(joined, name), values)
        assert getattr(joined, name).dtype == values.dtype
