"""The heart rate of the last hour weighs every slot equally."""

import numpy as np

from default_config import features_config
from ecg_anomaly.features.slot_beats import SlotBeats
from ecg_anomaly.features.slow_history import SlowWindows, renewal_ends
from ecg_anomaly.features.slow_rates import find_rates, summarise_rates
from ecg_anomaly.features.summary_cache import SummaryCache


def slots_of(mean_s: list[float]) -> SlotBeats:
    n = len(mean_s)
    marks = np.ones((n, 1), bool)
    waves = np.zeros((n, 96, 1), np.float32)
    return SlotBeats(np.arange(n), np.array(mean_s), np.ones(n, bool), waves, marks, marks)


def test_mean_and_quantiles_are_those_of_the_slots_in_the_window():
    mean_s = np.linspace(0.6, 1.0, 30)
    windows = SlowWindows(np.array([20, 30]), np.array([0, 1]))
    found = summarise_rates(slots_of(mean_s.tolist()), windows)
    for row, n in enumerate((20, 30)):
        mean = mean_s[:n].mean()
        np.testing.assert_allclose(found.mean_s[row], mean)
        np.testing.assert_allclose(found.low[row], np.log(np.quantile(mean_s[:n], 0.1) / mean))
        np.testing.assert_allclose(found.high[row], np.log(np.quantile(mean_s[:n], 0.9) / mean))


def test_beats_of_a_window_take_the_cached_rates_and_early_beats_have_none():
    slots, features, cache = slots_of([0.75] * 60), features_config(), SummaryCache()
    time_s = np.array([10.0, 1300.0, 1301.0])
    rates, rows = find_rates(slots, time_s, renewal_ends(time_s, features), features, cache)
    assert rows.tolist() == [-1, 0, 0]
    assert rates.mean_s.tolist() == [0.75]
    again, same = find_rates(
        slots_of([0.5] * 60), time_s[2:], renewal_ends(time_s[2:], features), features, cache
    )
    assert again.mean_s[same].tolist() == [0.75]
