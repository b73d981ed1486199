"""Augmentation: shape and type stay, leads stay together, and at level 0 nothing happens."""

from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.config.schema import TrainingConfig
from ecg_anomaly.training.augmentation import add_noise, vary_beats

OFF = TrainingConfig(noise=0.0, amplitude_jitter=0.0, lead_drop=0.0, time_shift_s=0.0)
FS = 100.0


@pytest.fixture
def sequence() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(200, 24, 4)).astype(np.float32)


def vary(sequence, n_leads: int = 2, seed: int = 0, **changes) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return vary_beats(sequence, n_leads, FS, replace(OFF, **changes), rng)


def test_with_everything_off_nothing_changes(sequence):
    np.testing.assert_array_equal(vary(sequence), sequence)
    np.testing.assert_array_equal(add_noise(sequence, 0.0, np.random.default_rng(0)), sequence)


@pytest.mark.parametrize("n_leads", [1, 2, 4])
@pytest.mark.parametrize("n", [0, 1, 200])
def test_shape_and_type_stay_and_the_original_is_left_alone(sequence, n_leads, n):
    given = sequence[:n].copy()
    strong = {"amplitude_jitter": 0.3, "lead_drop": 0.5, "time_shift_s": 0.05}
    varied = vary(given, n_leads, **strong)
    noisy = add_noise(varied, 0.5, np.random.default_rng(0))
    for changed in (varied, noisy):
        assert changed.shape == given.shape
        assert changed.dtype == np.float32
        assert np.isfinite(changed).all()
    np.testing.assert_array_equal(given, sequence[:n])
    assert n == 0 or not np.array_equal(varied, given)


def test_a_dropped_lead_is_dropped_in_every_group_of_channels(sequence):
    gone = (vary(sequence, lead_drop=0.5) == 0).all(axis=1)
    np.testing.assert_array_equal(gone[:, :2], gone[:, 2:])
    assert 0.35 < gone[:, :2].any(axis=1).mean() < 0.65
    assert set(gone[:, :2].sum(axis=1)) == {0, 1}
    assert gone[:, 0].any()
    assert gone[:, 1].any()


def test_the_only_lead_is_never_dropped(sequence):
    np.testing.assert_array_equal(vary(sequence, n_leads=1, lead_drop=1.0), sequence)


def test_a_gain_is_common_to_a_lead_in_every_group_and_differs_between_leads(sequence):
    gain = vary(sequence, amplitude_jitter=0.2) / sequence
    np.testing.assert_allclose(gain, np.broadcast_to(gain[:, :1], gain.shape), rtol=1e-5)
    np.testing.assert_allclose(gain[:, 0, :2], gain[:, 0, 2:], rtol=1e-5)
    assert np.std(np.log(gain[:, 0, 0])) == pytest.approx(0.2, rel=0.2)
    assert abs(np.corrcoef(gain[:, 0, 0], gain[:, 0, 1])[0, 1]) < 0.3
    assert gain.min() > 0


def test_a_shift_moves_all_channels_of_a_beat_alike_and_not_too_far():
    ramp = np.tile(np.arange(24, dtype=np.float32)[None, :, None], (200, 1, 4))
    moved = (vary(ramp, time_shift_s=0.03) - ramp)[:, 12]
    np.testing.assert_array_equal(moved, np.tile(moved[:, :1], (1, 4)))
    assert set(moved[:, 0]) == set(range(-3, 4))


def test_noise_reaches_its_level_and_no_further(sequence):
    added = add_noise(np.zeros((2000, 50, 4), np.float32), 0.5, np.random.default_rng(0))
    deviation = added.std(axis=(1, 2))
    assert deviation.mean() == pytest.approx(0.25, abs=0.02)
    assert 0.4 < deviation.max() < 0.5 * 1.25


def test_chance_comes_from_the_generator_alone(sequence):
    strong = {"amplitude_jitter": 0.3, "lead_drop": 0.5, "time_shift_s": 0.05}
    np.testing.assert_array_equal(vary(sequence, **strong), vary(sequence, **strong))
    assert not np.array_equal(vary(sequence, **strong), vary(sequence, seed=1, **strong))
