"""A signal in pieces has the R peaks of the whole, and each is known in time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.beats.r_peaks.r_peak_detection import find_r_peaks
from ecg_anomaly.beats.r_peaks.r_peak_finder import RPeakFinder, find_together


def heartbeats(fs: float, duration_s: float, seed: int = 0) -> np.ndarray:
    """Two leads of beats with a T wave, some early, some low, in a little noise."""
    rng = np.random.default_rng(seed)
    rr = rng.normal(0.8, 0.03, int(duration_s)) * rng.choice(
        [1, 0.6, 1.6], int(duration_s), p=[0.8, 0.1, 0.1]
    )
    time, lead = np.arange(round(duration_s * fs)) / fs, 0.0
    for r, height in zip(np.cumsum(rr), rng.choice([1, 0.4], len(rr), p=[0.9, 0.1]), strict=True):
        for after, width, share in ((0.0, 0.012, 1.2), (0.26, 0.045, 0.3)):
            lead = lead + height * share * np.exp(-0.5 * ((time - r - after) / width) ** 2)
    signal = np.column_stack([lead, -0.6 * lead]) + rng.normal(0, 0.02, (len(time), 2))
    return signal.astype(np.float32)


def broken(fs: float) -> np.ndarray:
    """A minute and a half with gaps, noise, and leads that come and go."""
    signal, rng = heartbeats(fs, 90), np.random.default_rng(1)
    signal[round(20 * fs) : round(21.5 * fs)] = np.nan
    signal[round(30 * fs) : round(36 * fs), 0] += rng.normal(0, 0.3, round(6 * fs))
    signal[round(40 * fs) : round(55 * fs), 0] = np.nan
    signal[round(50 * fs) : round(65 * fs)] = np.nan
    signal[round(75 * fs) : round(75.1 * fs), 1] = np.nan
    signal[round(80 * fs) :, 0] = 0.3
    return signal


BROKEN = {fs: broken(fs) for fs in (128.0, 360.0)}
WHOLE = {fs: find_r_peaks(signal, fs) for fs, signal in BROKEN.items()}


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(sorted(BROKEN)),
    st.lists(st.sampled_from([1, 2, 3, 17, 72, 360, 2000, 9000]), min_size=1, max_size=12),
)
def test_in_pieces_the_r_peaks_are_those_of_the_whole(fs, sizes):
    signal, finder, found, at, until = BROKEN[fs], RPeakFinder(fs, 2), [], 0, 0
    while at < len(signal):
        for size in sizes if at < 300 or max(sizes) > 100 else [500]:
            new = finder.extend(signal[at : at + size])
            assert (new >= until).all()
            assert finder.final_until >= until
            assert not len(new) or new[-1] < finder.final_until
            until, at = finder.final_until, at + size
            found.append(new)
            known = np.concatenate(found)
            assert np.array_equal(known[known < until], WHOLE[fs][WHOLE[fs] < until])
    found.append(finder.finish())
    np.testing.assert_array_equal(np.concatenate(found), WHOLE[fs])
    assert len(WHOLE[fs]) > 60


def test_in_pieces_the_doubtful_are_judged_as_in_the_whole():
    """Waves of any height in noise that changes: what is found hangs on the noise around each."""
    rng, fs = np.random.default_rng(5), 120.0
    signal = (
        rng.normal(0, 1, (round(240 * fs), 1)) * np.repeat(rng.uniform(0, 0.3, 240), 120)[:, None]
    )
    for at in range(60, len(signal) - 60, 30):
        signal[at : at + 5, 0] += rng.uniform(0, 1) * np.array([0.5, 1, 0.2, -0.6, -0.2])
    finder, pieces = RPeakFinder(fs, 1), np.split(signal.astype(np.float32), len(signal) // 12)
    found = [*(finder.extend(piece) for piece in pieces), finder.finish()]
    whole = find_r_peaks(signal.astype(np.float32), fs)
    assert len(whole) > 150
    np.testing.assert_array_equal(np.concatenate(found), whole)


def test_no_r_peak_comes_before_the_sample_up_to_which_all_are_final():
    """In complexes of many waves, whose highest deflection may lie far from the highest energy."""
    fs, rng, found, until = 960.0, np.random.default_rng(0), 0, 0
    coarse = rng.normal(0, 0.005, 60 * 120)
    for at in range(60, len(coarse) - 60, 90):
        coarse[at : at + 14] += rng.normal(0, 1, 14)
    signal, finder = np.repeat(coarse, 8)[:, None].astype(np.float32), RPeakFinder(fs, 1)
    for at in range(0, len(signal), 8):
        new = finder.extend(signal[at : at + 8])
        assert (new >= until).all()
        until, found = finder.final_until, found + len(new)
    assert found > 50


@pytest.mark.parametrize("fs", [100.0, 110.0, 128.0, 199.0, 250.0, 257.0, 360.0, 500.0, 1000.0])
def test_a_beat_on_time_is_known_a_quarter_of_a_second_later(fs):
    time = np.arange(round(21 * fs)) / fs
    lead = np.exp(-0.5 * (((time + 0.4) % 0.8 - 0.4) / 0.012) ** 2)
    signal, finder = np.column_stack([lead, lead]).astype(np.float32), RPeakFinder(fs, 2)
    start = round(15 * fs)
    finder.extend(signal[:start])
    n = 0
    for at in range(start, len(signal)):
        for r_peak in finder.extend(signal[at : at + 1]):
            assert (at + 1 - r_peak) / fs <= 0.25
            assert r_peak < finder.final_until
            n += 1
        assert (at + 1 - finder.final_until) / fs <= 0.4
    assert n > 6


def test_a_restored_finder_goes_on_as_if_nothing_had_been():
    signal, parts, finder = BROKEN[360.0], [], RPeakFinder(360.0, 2)
    for at in range(0, len(signal), 3001):
        parts.append(finder.extend(signal[at : at + 3001]))
        state = finder.state()
        assert sum(array.nbytes for array in state.values()) < 40_000
        finder = RPeakFinder.from_state(360.0, state)
    np.testing.assert_array_equal(np.concatenate([*parts, finder.finish()]), WHOLE[360.0])


def test_nothing_at_all_has_no_r_peaks():
    finder = RPeakFinder(250.0, 1)
    assert finder.extend(np.zeros((0, 1), np.float32)).tolist() == []
    assert finder.final_until == 0
    assert finder.finish().tolist() == []


@pytest.mark.parametrize("fs", [0.0, -1.0, np.nan])
def test_a_sampling_rate_is_positive(fs):
    with pytest.raises(ValueError, match="fs must be positive"):
        RPeakFinder(fs, 1)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from([1, 3, 72, 72, 360, 5000]), min_size=5, max_size=5))
def test_many_signals_searched_together_have_the_r_peaks_of_each(sizes):
    """Two rates, one lead and two, with gaps, each at a place of its own."""
    signals = [BROKEN[360.0], BROKEN[128.0], BROKEN[360.0][7000:, ::-1], BROKEN[360.0][:, :1]]
    signals.append(BROKEN[360.0][12345:])
    rates = [360.0, 128.0, 360.0, 360.0, 360.0]
    finders = [RPeakFinder(fs, s.shape[1]) for fs, s in zip(rates, signals, strict=True)]
    sizes = [max(size, 300) if max(sizes) < 100 else size for size in sizes]
    done, found = [0] * 5, [[] for _ in signals]
    for _ in range(150):
        pieces = [s[at : at + n] for s, at, n in zip(signals, done, sizes, strict=True)]
        done = [at + n for at, n in zip(done, sizes, strict=True)]
        for parts, new in zip(found, find_together(finders, pieces), strict=True):
            parts.append(new)
    for fs, signal, at, parts, finder in zip(rates, signals, done, found, finders, strict=True):
        alone = RPeakFinder(fs, signal.shape[1])
        expected = alone.extend(signal[:at])
        np.testing.assert_array_equal(np.concatenate(parts), expected)
        assert finder.final_until == alone.final_until
        np.testing.assert_array_equal(finder.finish(), alone.finish())
