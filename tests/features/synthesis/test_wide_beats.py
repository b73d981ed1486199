"""Wide QRS complexes: wider, mixed in by the stated share, and nowhere else."""

import numpy as np
import pytest

from ecg_anomaly.config.pipeline_schema import PreprocessConfig
from ecg_anomaly.features.morphology import _qrs_width
from ecg_anomaly.features.synthesis.random_shapes import bump
from ecg_anomaly.features.synthesis.wide_beats import draw_wide_beats, widen_beats

N = 300


def narrow(time_s, height: float = 1.0) -> np.ndarray:
    each = np.ones((N, 1, 2))
    return height * bump(time_s, 0 * each, 0.012 * each)


def widen(time_s, share: float, seed: int = 0, height: float = 1.0) -> np.ndarray:
    beats = narrow(time_s)
    rng = np.random.default_rng(seed)
    return widen_beats(beats, beats, narrow(time_s, height), np.full(N, share), time_s, rng)


def test_a_share_of_nothing_leaves_the_beat_alone(time_s):
    np.testing.assert_array_equal(widen(time_s, 0.0), narrow(time_s))


def test_a_whole_share_widens_every_beat(time_s):
    config = PreprocessConfig()
    usual = _qrs_width(narrow(time_s), config)
    assert (_qrs_width(widen(time_s, 1.0), config) > 1.1 * usual).all()


def test_what_comes_before_the_qrs_complex_stays(time_s):
    before = time_s < -0.117
    np.testing.assert_array_equal(widen(time_s, 1.0)[:, before], narrow(time_s)[:, before])


@pytest.mark.parametrize("share", [0.3, 0.7])
def test_a_mixture_lies_between_the_beat_and_the_wide_one(time_s, share):
    whole, mixed = widen(time_s, 1.0), widen(time_s, share)
    expected = narrow(time_s) * (1 - share) + whole * share
    np.testing.assert_allclose(mixed, expected, atol=1e-12)


def test_a_third_of_the_beats_comes_from_other_people(time_s):
    differs = (widen(time_s, 1.0) != widen(time_s, 1.0, height=0.5)).any(axis=(1, 2))
    assert 0.2 < differs.mean() < 0.45


def test_drawn_beats_are_finite_and_no_two_alike(time_s):
    drawn = draw_wide_beats(50, 2, time_s, np.random.default_rng(0))
    assert drawn.shape == (50, 96, 2)
    assert np.isfinite(drawn).all()
    assert len(np.unique(drawn.round(6), axis=0)) == 50
    assert np.ptp(drawn, axis=1).min() > 0.1
