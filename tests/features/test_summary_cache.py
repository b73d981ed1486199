"""A summary is found again for beats of its window, and for no others."""

import numpy as np
import pytest

from ecg_anomaly.features.summary_cache import SummaryCache


@pytest.mark.parametrize(
    ("windows", "found"),
    [([24.0], True), ([24.0] * 3, True), ([24.0, 36.0], False), ([12.0, 24.0], False), ([], False)],
)
def test_all_beats_must_have_its_window(windows, found):
    cache = SummaryCache()
    cache.put("mean", 24.0, "summary")
    assert cache.get("mean", np.array(windows)) == ("summary" if found else None)
    assert cache.get("other", np.array(windows)) is None


def test_only_the_last_of_a_kind_is_kept():
    cache = SummaryCache()
    for k in range(3):
        cache.put("mean", float(k), k)
        cache.put(("mean", (0, 1)), float(k), -k)
    assert [cache.get("mean", np.array([k])) for k in range(3)] == [None, None, 2]
    assert cache.get(("mean", (0, 1)), np.array([2.0])) == -2
