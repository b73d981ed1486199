import numpy as np
import pytest

from ecg_anomaly.detector.kept_noise import KeptNoise

KEPT = KeptNoise(700, (0, 1), np.ones((2, 3), np.float32))


def test_what_is_kept_is_for_the_next_beat_on_the_same_leads():
    assert KEPT.after(700, (0, 1)) is KEPT.past


@pytest.mark.parametrize("asked", [(699, (0, 1)), (None, (0, 1)), (700, (0,)), (700, (1, 0))])
def test_it_is_not_known_for_another_beat_or_other_leads(asked):
    assert KEPT.after(*asked) is None
