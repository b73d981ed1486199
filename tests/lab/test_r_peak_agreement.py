"""R peaks against a reference, counted by hand."""

import numpy as np
import pytest

from ecg_anomaly.records.record import Annotations
from lab.r_peak_agreement import compare_r_peaks, join_agreements


def marks(*pairs) -> Annotations:
    return Annotations(np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs]))


def test_counts_by_hand():
    reference = marks((100, "N"), (150, "+"), (200, "V"), (300, "N"), (400, "A"))
    found = compare_r_peaks(reference, np.array([101, 208, 350, 401]), 100.0)
    assert (found.n_reference, found.n_detected, found.n_wrong) == (4, 4, 2)
    assert found.n_matched == {0.15: 3, 0.05: 2}
    assert found.missed == {"N": 1, "S": 0, "V": 0, "F": 0, "Q": 0}
    assert found.deviation_s == pytest.approx([0.01, 0.08, 0.01])


def test_flutter_is_left_out():
    reference = marks((100, "N"), (200, "["), (250, "N"), (300, "]"), (400, "N"), (500, "["))
    found = compare_r_peaks(reference, np.array([100, 190, 250, 310, 400, 600]), 100.0)
    assert (found.n_reference, found.n_detected, found.n_wrong) == (2, 2, 0)


def test_records_add_up():
    one = compare_r_peaks(marks((10, "N"), (90, "V")), np.array([10]), 100.0)
    other = compare_r_peaks(marks((10, "N")), np.array([12, 70]), 100.0)
    both = join_agreements([one, other])
    assert (both.n_reference, both.n_detected, both.n_wrong) == (3, 3, 2)
    assert both.missed["V"] == 1
    assert both.deviation_s == pytest.approx([0, 0.02])
