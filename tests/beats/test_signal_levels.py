import numpy as np

from ecg_anomaly.beats.signal_levels import cut_rows, noise_levels, wander_levels


def test_cut_rows_fills_only_the_last_piece():
    pieces = cut_rows(np.arange(10.0).reshape(2, 5), 2, -1.0)
    assert pieces.tolist() == [[[0, 1], [2, 3], [4, -1]], [[5, 6], [7, 8], [9, -1]]]


def test_cut_rows_of_nothing_is_no_piece():
    assert cut_rows(np.zeros((2, 0)), 4, 0).shape == (2, 0, 4)


def test_noise_is_measured_in_the_window_where_it_is():
    lead = np.zeros(3000, dtype=np.float32)
    lead[1000:2000] = np.random.default_rng([3]).normal(0, 0.2, 1000)
    levels = noise_levels(lead[None], 250.0, 1000)[0]
    assert levels[1] > 0.1
    assert levels[0] < 1e-6
    assert levels[2] < 1e-6


def test_mains_hum_counts_as_noise_and_slow_waves_do_not():
    time_s = np.arange(5000) / 250
    hum, breath = (np.sin(2 * np.pi * hz * time_s).astype(np.float32) for hz in (50, 0.3))
    assert noise_levels(hum[None], 250.0, 2500).min() > 0.5
    assert noise_levels(breath[None], 250.0, 2500).max() < 0.01


def test_wander_is_unknown_only_in_windows_without_a_value():
    lead = np.zeros(3000, dtype=np.float32)
    lead[1000:2000] = np.nan
    levels = wander_levels(lead, 250.0, 1000, 3)
    assert np.isnan(levels).tolist() == [False, True, False]


def test_a_step_of_the_baseline_is_wander_on_its_shorter_side():
    lead = np.zeros(10000, dtype=np.float32)
    lead[7500:] = 2.0
    levels = wander_levels(lead, 250.0, 2500, 4)
    np.testing.assert_allclose(levels[[0, 1, 3]], [0, 0, 2], atol=0.25)
