"""Windows are moved to the R peaks of their first lead."""

import doctest

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats import window_alignment
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.window_alignment import align_windows

WINDOW = BeatWindow.from_config(preprocess_config())
SAMPLE = np.arange(WINDOW.n_samples)


def beat(at: int, sign: float = 1.0) -> np.ndarray:
    """A QRS complex at a sample, and a T wave that is higher than it."""
    qrs = sign * np.exp(-(((SAMPLE - at) / 2) ** 2))
    return (qrs + 1.2 * np.exp(-(((SAMPLE - at - 30) / 8) ** 2))).astype(np.float32)


@pytest.mark.parametrize("moved", [-7, -1, 0, 1, 7])
@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_the_peak_of_the_first_lead_stands_where_r_peaks_do(moved, sign):
    first, other = beat(WINDOW.r_peak + moved, sign), beat(WINDOW.r_peak + moved + 3)
    found = align_windows(np.stack([first, other], axis=1)[None], WINDOW)
    inner = slice(8, -8)
    expected = np.stack([beat(WINDOW.r_peak, sign), beat(WINDOW.r_peak + 3)], axis=1)
    np.testing.assert_allclose(found[0, inner], expected[inner], atol=1e-3)


def test_windows_are_aligned_one_by_one_and_the_given_ones_stay():
    waveform = np.stack([beat(WINDOW.r_peak + n)[:, None] for n in (-3, 0, 3)])
    before = waveform.copy()
    found = align_windows(waveform, WINDOW)
    np.testing.assert_array_equal(waveform, before)
    np.testing.assert_array_equal(found[0], align_windows(waveform[:1], WINDOW)[0])
    np.testing.assert_array_equal(found[1], waveform[1])
    assert (found.argmax(axis=1) == found[1].argmax(axis=0)).all()


def test_a_lead_without_a_signal_and_no_beat_are_no_exception():
    nothing = np.zeros((2, WINDOW.n_samples, 2), np.float32)
    np.testing.assert_array_equal(align_windows(nothing, WINDOW), nothing)
    assert align_windows(nothing[:0], WINDOW).shape == (0, WINDOW.n_samples, 2)


def test_the_example_in_the_docstring_holds():
    assert doctest.testmod(window_alignment).failed == 0
