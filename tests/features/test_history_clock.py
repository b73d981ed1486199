import numpy as np
import pytest

from ecg_anomaly.features.history_clock import LONGEST_WAIT_S, HistoryClock


def test_one_time_moves_as_it_does_among_others():
    clock, times = HistoryClock(300.0, 12.8, 0.3), np.random.default_rng(0).uniform(0, 1e5, 500)
    times[:3] = 0.0, 12.8, 3 * 12.8
    moved_s = clock.moved_s(times)
    assert [clock.moved_at(time_s) for time_s in times.tolist()] == moved_s.tolist()
    assert [float(clock.moved_s(times[k : k + 1])[0]) for k in range(9)] == moved_s[:9].tolist()
    assert (moved_s <= times).all()
    assert (times - moved_s < clock.step_s + 1e-9).all()


@pytest.mark.parametrize(("span_s", "longest_s"), [(300.0, LONGEST_WAIT_S), (30.0, 10.0)])
def test_a_window_waits_no_longer_than_half_its_length(span_s, longest_s):
    assert HistoryClock(span_s, 10.0, 0.0).longest_wait_s == longest_s
