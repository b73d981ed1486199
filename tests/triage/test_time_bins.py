import numpy as np
import pytest
from drawn_recording import decide

from ecg_anomaly.triage.time_bins import BIN_LENGTHS_S, MOST_BINS, bin_beats, find_longest_interval


@pytest.mark.parametrize("duration_s", [0.0, 1.0, 60.0, 1805.0, 86_400.0, 604_800.0, 3e9])
def test_a_recording_of_any_length_has_bins_that_fit(duration_s: float):
    none = np.zeros(0)
    bins = bin_beats(decide(none, none.astype(bool)), duration_s)
    assert 1 <= len(bins) <= MOST_BINS
    assert len(bins) * bins.length_s >= duration_s
    assert bins.length_s in BIN_LENGTHS_S or duration_s > 86_400 * MOST_BINS


def test_every_beat_is_in_its_bin():
    rng = np.random.default_rng(0)
    time_s = np.sort(rng.uniform(0, 1800, 2000))
    flagged = rng.random(2000) < 0.1
    unreadable = np.where(~flagged & (rng.random(2000) < 0.1), "flat", "")
    bins = bin_beats(decide(time_s, flagged, unreadable=unreadable), 1800.0)
    edges = np.arange(len(bins) + 1) * bins.length_s
    assert (bins.flagged == np.histogram(time_s[flagged], edges)[0]).all()
    assert (bins.readable == np.histogram(time_s[unreadable == ""], edges)[0]).all()


def test_heart_rates_are_quantiles_of_the_bin():
    rng = np.random.default_rng(1)
    time_s = np.cumsum(rng.uniform(0.5, 1.2, 3000))
    bins = bin_beats(decide(time_s, np.zeros(3000, bool)), 2700.0)
    rate = 60 / np.diff(time_s)
    inside = (time_s[1:] // bins.length_s) == 7
    for found, q in ((bins.low_bpm, 0.05), (bins.median_bpm, 0.5), (bins.high_bpm, 0.95)):
        lower, upper = np.quantile(rate[inside], [max(0, q - 0.08), min(1, q + 0.08)])
        assert lower <= found[7] <= upper


def test_a_bin_without_beats_has_no_heart_rate_and_a_gap_is_no_slow_heart():
    time_s = np.concatenate([np.arange(0.5, 100, 1.0), np.arange(500.5, 600, 1.0)])
    bins = bin_beats(decide(time_s, np.zeros(200, bool)), 600.0)
    known = bins.readable > 0
    assert np.isnan(bins.median_bpm[~known]).all()
    assert (bins.low_bpm[known] == 60).all()


def test_the_longest_interval_is_between_readable_beats_and_no_gap():
    time_s = np.array([0, 1, 2, 5.5, 6.5, 60, 61, 65, 66.0])
    unreadable = np.array([""] * 6 + ["flat"] + [""] * 2)
    decisions = decide(time_s, np.zeros(9, bool), unreadable=unreadable)
    assert find_longest_interval(decisions) == (3.5, 2.0)
    assert find_longest_interval(decisions, [(3.0, 4.0)]) == (1.0, 0.0)
    assert find_longest_interval(decisions, [(0.0, 1.0), (5.5, 6.0)]) == (3.5, 2.0)
    assert find_longest_interval(decide(time_s[:1], np.zeros(1, bool))) is None
