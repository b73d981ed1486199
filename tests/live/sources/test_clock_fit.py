import numpy as np
import pytest

from ecg_anomaly.live.sources.clock_fit import ClockFit

FS, PACKET = 130.0, 73


def places(rate, n_packets, lost=(), jitter_s=0.0, seed=0):
    """Where packets of a device are put that samples at a rate of its own."""
    fit, rng = ClockFit(FS), np.random.default_rng(seed)
    found = []
    for k in range(n_packets):
        if k not in lost:
            stamp_s = (k + 1) * PACKET / rate + rng.normal(0, jitter_s)
            found.append((k, fit.place(stamp_s, PACKET)))
    return found, fit


@pytest.mark.parametrize("drift", [-0.02, 0.0, 0.02])
def test_a_clock_that_drifts_loses_no_sample(drift):
    found, fit = places(FS * (1 + drift), 6000, jitter_s=0.002)
    assert [at for _, at in found] == [k * PACKET for k, _ in found]
    assert fit.rate == pytest.approx(FS * (1 + drift), rel=1e-3)


@pytest.mark.parametrize("drift", [-0.02, 0.02])
@pytest.mark.parametrize("length", [1, 3, 500])
def test_lost_packets_are_missing_samples(drift, length):
    lost = range(400, 400 + length)
    found, _ = places(FS * (1 + drift), 1200, lost)
    late = [at - k * PACKET for k, at in found if k >= 400 + length]
    assert set(late) == {late[0]}
    assert abs(late[0]) <= 0.002 * length * PACKET + 1


def test_a_clock_that_runs_backwards_tells_nothing():
    fit = ClockFit(FS)
    fit.place(100.0, PACKET)
    assert fit.place(3.0, PACKET) == PACKET
    assert fit.rate == FS


def test_the_rate_stays_near_the_nominal_one():
    _, fit = places(200.0, 2000)
    assert fit.rate <= FS * 1.05


@pytest.mark.parametrize("leap_s", [9e8, -9e8, float("nan")])
def test_a_clock_that_is_set_tells_nothing(leap_s):
    fit = ClockFit(FS)
    for k in range(5):
        fit.place(k * PACKET / FS, PACKET)
    assert fit.place(leap_s, PACKET) == 5 * PACKET
    assert fit.place(leap_s + PACKET / FS, PACKET) == 6 * PACKET


@pytest.mark.parametrize("drift", [-0.02, 0.02])
def test_lost_packets_are_whole_ones(drift):
    found, _ = places(FS * (1 + drift), 200, lost=(60, 61, 100))
    assert [at for _, at in found] == [k * PACKET for k, _ in found]
