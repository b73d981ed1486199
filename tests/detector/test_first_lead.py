import numpy as np
import pytest

from ecg_anomaly.detector.detector import FirstLead
from ecg_anomaly.evaluation.threshold.thresholds import tabulate_scores, threshold_for_level


def normal_scores(seed=0, n=20000):
    return np.random.default_rng(seed).normal(-4, 2, n)


@pytest.mark.parametrize("rate", [0.005, 0.02, 0.1, 0.3])
@pytest.mark.parametrize(("gain", "offset"), [(0.5, 0.0), (1.0, -1.0), (2.0, 3.0)])
def test_a_threshold_flags_the_same_share_of_normal_beats_on_one_lead(rate, gain, offset):
    together = normal_scores()
    first = FirstLead(tabulate_scores(together), tabulate_scores(gain * together + offset))
    threshold = threshold_for_level(first.together, 1 - rate)
    others = gain * normal_scores(seed=1) + offset
    assert (first.restate(others) > threshold).mean() == pytest.approx(rate, rel=0.15)


def test_the_order_of_scores_stays():
    together = normal_scores()
    first = FirstLead(tabulate_scores(together), tabulate_scores(0.4 * together - 1))
    score = np.linspace(-30, 30, 2001)
    assert (np.diff(first.restate(score)) > 0).all()


def test_equal_tables_change_nothing():
    table = tabulate_scores(normal_scores())
    score = np.array([-100.0, -4.0, 0.0, 3.0, 100.0])
    np.testing.assert_array_equal(FirstLead(table, table).restate(score), score)


def test_no_beat_is_restated_to_none():
    table = tabulate_scores(normal_scores())
    assert FirstLead(table, table + 1).restate(np.zeros(0)).shape == (0,)
