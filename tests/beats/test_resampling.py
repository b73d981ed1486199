"""Change of the sampling rate."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecg_anomaly.beats.resampling import make_resampler, resampled_length, resampling_ratio


@settings(max_examples=100, deadline=None, derandomize=True)
@given(fs=st.floats(64, 1e5), fs_out=st.floats(60, 1000))
def test_ratio_is_of_small_numbers_and_close(fs, fs_out):
    ratio = resampling_ratio(fs, fs_out)
    assert ratio > 0
    assert ratio.denominator <= 1000
    assert float(ratio) == pytest.approx(fs_out / fs, abs=1e-3)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(n=st.integers(0, 10_000), fs=st.floats(64, 2000))
def test_the_last_output_sample_lies_inside_the_recording(n, fs):
    length, ratio = resampled_length(n, fs, 120.0), resampling_ratio(fs, 120.0)
    assert n * ratio <= length < n * ratio + 1


@pytest.mark.parametrize("fs", [100.0, 257.3, 360.0, 1000.0])
def test_an_offset_passes_unchanged_to_the_ends(fs):
    lead = np.full(500, 1.5, np.float32)
    wanted = range(resampled_length(len(lead), fs, 120.0))
    np.testing.assert_allclose(make_resampler(fs, 120.0, 40.0).resample(lead, 0, wanted), 1.5)


@pytest.mark.parametrize("fs", [100.0, 250.0, 360.0, 1017.253])
def test_a_piece_gives_the_samples_of_the_whole(fs):
    lead = np.random.default_rng(0).normal(size=4000).astype(np.float32)
    resampler = make_resampler(fs, 120.0, 40.0)
    whole = resampler.resample(lead, 0, range(resampled_length(len(lead), fs, 120.0)))
    wanted = range(150, 250)
    start = round(130 / float(resampler.ratio))
    piece = resampler.resample(lead[start : round(270 / float(resampler.ratio))], start, wanted)
    np.testing.assert_array_equal(piece, whole[150:250])


def test_what_lies_above_the_cut_off_is_removed():
    time_s = np.arange(3600) / 360.0
    fast, slow = (np.sin(2 * np.pi * hz * time_s).astype(np.float32) for hz in (90.0, 5.0))
    resampler = make_resampler(360.0, 120.0, 40.0)
    assert np.abs(resampler.resample(fast, 0, range(100, 1100))).max() < 0.02
    assert np.abs(resampler.resample(slow, 0, range(100, 1100))).max() > 0.95


@pytest.mark.parametrize("fs", [64.0, 75.0])
def test_a_low_sampling_rate_brings_no_mirror_images(fs):
    time_s = np.arange(round(20 * fs)) / fs
    lead = np.sin(2 * np.pi * 20.0 * time_s).astype(np.float32)
    found = make_resampler(fs, 120.0, 40.0).resample(lead, 0, range(240, 2160))
    spectrum = np.abs(np.fft.rfft(found * np.hanning(len(found))))
    hz = np.fft.rfftfreq(len(found), 1 / 120.0)
    assert spectrum[hz > 0.5 * fs + 1].max() < 0.05 * spectrum.max()
