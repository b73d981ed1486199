"""The clock of packets: late ones are not gaps, lost ones are, and rates are fitted."""

import numpy as np
import pytest

from ecg_anomaly.records.xdf.packet_clock import fit_clock

SIZE = 73


def strap(
    n_packets: int, fs: float = 130.0, jitter_s: float = 0.05, lost: tuple[int, ...] = (), seed=0
) -> np.ndarray:
    """Return stamps of packets that arrive up to `jitter_s` late, without those that were lost."""
    rng = np.random.default_rng(seed)
    sent = (np.arange(n_packets) + 1) * SIZE / fs
    stamps = np.maximum.accumulate(sent + rng.uniform(0, jitter_s, n_packets))
    return np.repeat(np.delete(stamps, lost), SIZE) + 1e5


def test_a_short_recording_keeps_its_nominal_rate():
    clock = fit_clock(strap(24, 129.5), 130.0)
    assert clock.fs == 130.0
    assert len(clock.rows) == 0


@pytest.mark.parametrize("fs", [127.4, 129.7, 132.6])
def test_the_true_rate_is_fitted_to_a_long_one(fs):
    clock = fit_clock(strap(1000, fs), 130.0)
    assert clock.fs == pytest.approx(fs, rel=3e-4)
    assert len(clock.rows) == 0


def test_packets_that_come_late_are_no_gap():
    stamps = strap(600, 131.0)
    for late, until in ((200, 227), (400, 404)):  # a link that is lost for 15 s and for 2 s
        stamps[late * SIZE : until * SIZE] = stamps[until * SIZE]
    clock = fit_clock(stamps, 130.0)
    assert len(clock.rows) == 0
    assert clock.fs == pytest.approx(131.0, rel=1e-3)


@pytest.mark.parametrize("fs", [128.0, 130.0, 132.0])
def test_lost_packets_are_gaps_of_their_length(fs):
    lost = (100, *range(300, 420), 500, 501)
    clock = fit_clock(strap(1000, fs, lost=lost), 130.0)
    np.testing.assert_array_equal(clock.rows, [100 * SIZE, (300 - 1) * SIZE, (500 - 121) * SIZE])
    np.testing.assert_allclose(clock.lost, [SIZE, 120 * SIZE, 2 * SIZE], atol=8, rtol=1e-3)


def test_two_gaps_within_half_a_minute_count_once_each():
    clock = fit_clock(strap(400, lost=(*range(100, 110), *range(120, 140))), 130.0)
    np.testing.assert_array_equal(clock.rows, [100 * SIZE, 110 * SIZE])
    np.testing.assert_allclose(clock.lost, [10 * SIZE, 20 * SIZE], atol=8)


def test_without_a_nominal_rate_the_stamps_tell_it():
    stamps = np.arange(5000) / 250.0
    for nominal in (0.0, np.nan):
        assert fit_clock(stamps, nominal).fs == pytest.approx(250.0)
    assert fit_clock(np.arange(50000) / 250.0, 0.0).fs == pytest.approx(250.0)


def test_a_nominal_rate_that_cannot_be_is_not_taken():
    clock = fit_clock(np.arange(5000) / 250.0, 500.0)
    assert clock.fs == pytest.approx(250.0)
    assert len(clock.rows) == 0


def test_stamps_of_every_sample_show_gaps_at_once():
    stamps = np.arange(2000) / 250.0
    stamps[700:] += 3.0
    clock = fit_clock(stamps, 250.0)
    assert (clock.rows.tolist(), clock.lost.tolist()) == ([700], [750])


@pytest.mark.parametrize(
    "stamps",
    [
        np.zeros(500), np.full(500, np.nan), np.array([1.0]), np.arange(500)[::-1] / 130.0,
        np.r_[np.arange(250) / 130.0, np.full(250, 1e300)],
        np.r_[np.zeros(250), np.full(250, 9e11)],
    ],
)  # fmt: skip
def test_senseless_stamps_end_in_no_error(stamps):
    clock = fit_clock(stamps, 130.0)
    assert np.isfinite(clock.fs)
    assert (clock.lost >= 0).all()


def test_samples_without_a_stamp_lie_between_the_others():
    stamps = np.arange(2000) / 250.0
    stamps[::7] = np.inf
    assert len(fit_clock(stamps, 250.0).rows) == 0


@pytest.mark.parametrize("nominal", [np.inf, 1e300, 1e-300, -5.0])
def test_a_senseless_nominal_rate_ends_in_no_error(nominal):
    clock = fit_clock(np.r_[np.arange(250) / 250.0, 90 + np.arange(250) / 250.0], nominal)
    assert np.isfinite(clock.fs)
    assert (clock.lost >= 0).all()
