"""A summary is found again for beats of its window, and for no others."""

import numpy as np
import pytest

from ecg_anomaly.features.kept_summaries import KeptSummaries


@pytest.mark.parametrize(
    ("windows", "found"),
    [([24.0], True), ([24.0] * 3, True), ([24.0, 36.0], False), ([12.0, 24.0], False), ([], False)],
)
def test_all_beats_must_have_its_window(windows, found):
    kept = KeptSummaries()
    kept.keep("mean", 24.0, "summary")
    assert kept.find("mean", np.array(windows)) == ("summary" if found else None)
    assert kept.find("other", np.array(windows)) is None


def test_only_the_last_of_a_kind_is_kept():
    kept = KeptSummaries()
    for k in range(3):
        kept.keep("mean", float(k), k)
        kept.keep(("mean", (0, 1)), float(k), -k)
    assert [kept.find("mean", np.array([k])) for k in range(3)] == [None, None, 2]
    assert kept.find(("mean", (0, 1)), np.array([2.0])) == -2
