"""Augmentation: shape and type stay, leads stay together, and at level 0 nothing happens."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import training_config
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.network.training.augmentation import add_noise, augment_beats, blur_features
from ecg_anomaly.network.training.input_layout import InputLayout, describe_layout

OFF = training_config(
    noise=0.0, wander=0.0, feature_noise=0.0, amplitude_jitter=0.0, polarity_flip=0.0,
    lead_swap=0.0, lead_drop=0.0, time_shift_s=0.0, local_rhythm_drop=0.0,
)  # fmt: skip
STRONG = {
    "amplitude_jitter": 0.3, "polarity_flip": 0.3, "lead_swap": 0.3, "lead_drop": 0.5,
    "time_shift_s": 0.05,
}  # fmt: skip
NAMES = ("rr_mean", "p_match_1", "qrs_width_1", "p_match_2")
MEAN, SCALE = np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 2.0, 2.0, 8.0])


def make_layout(n_leads: int = 2) -> InputLayout:
    return describe_layout(100.0, n_leads, FeatureTransform(NAMES, np.arange(4), MEAN, SCALE))


@pytest.fixture
def sequence() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(200, 24, 4)).astype(np.float32)


@pytest.fixture
def features() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(200, 4)).astype(np.float32)


def vary(sequence, features, n_leads: int = 2, seed: int = 0, **changes):
    rng = np.random.default_rng(seed)
    return augment_beats(sequence, features, make_layout(n_leads), replace(OFF, **changes), rng)


def make_noisy(sequence, seed: int = 0, n_leads: int = 2, **changes):
    rng = np.random.default_rng(seed)
    strength = {"noise": 0.0, "wander": 0.0, **changes}
    return add_noise(sequence, make_layout(n_leads), **strength, rng=rng)


def test_no_features_make_a_layout_too(sequence):
    nothing = FeatureTransform((), np.zeros(0, int), np.zeros(0), np.ones(0))
    layout = describe_layout(100.0, 2, nothing)
    rng = np.random.default_rng(0)
    numbers = np.zeros((200, 0), np.float32)
    assert augment_beats(sequence, numbers, layout, replace(OFF, **STRONG), rng)[1].shape == (
        200,
        0,
    )


def test_with_everything_off_nothing_changes(sequence, features):
    for changed, original in zip(vary(sequence, features), (sequence, features), strict=True):
        np.testing.assert_array_equal(changed, original)
    np.testing.assert_array_equal(make_noisy(sequence), sequence)
    blurred = blur_features(features, 0.0, np.random.default_rng(0))
    np.testing.assert_array_equal(blurred, features)


@pytest.mark.parametrize("n_leads", [1, 2, 4])
@pytest.mark.parametrize("n", [0, 1, 200])
def test_shape_and_type_stay_and_the_originals_are_left_alone(sequence, features, n_leads, n):
    given, numbers = sequence[:n].copy(), features[:n].copy()
    varied, changed = vary(given, numbers, n_leads, **STRONG)
    noisy = make_noisy(varied, n_leads=n_leads, noise=0.5, wander=0.5)
    blurred = blur_features(changed, 0.1, np.random.default_rng(0))
    for result, original in ((varied, given), (noisy, given), (blurred, numbers)):
        assert result.shape == original.shape
        assert result.dtype == np.float32
        assert np.isfinite(result).all()
        assert n == 0 or not np.array_equal(result, original)
    np.testing.assert_array_equal(given, sequence[:n])
    np.testing.assert_array_equal(numbers, features[:n])


def test_a_dropped_lead_is_dropped_in_every_group_of_channels_and_in_its_features(
    sequence, features
):
    varied, numbers = vary(sequence, features, lead_drop=0.5)
    gone = (varied == 0).all(axis=1)
    np.testing.assert_array_equal(gone[:, :2], gone[:, 2:])
    assert 0.35 < gone[:, :2].any(axis=1).mean() < 0.65
    assert set(gone[:, :2].sum(axis=1)) == {0, 1}
    assert gone[:, 0].any()
    assert gone[:, 1].any()
    layout = make_layout()
    for column, lead in enumerate(layout.feature_lead):
        absent = gone[:, lead] if lead >= 0 else np.zeros(200, bool)
        expected = np.where(absent, layout.absent[column], features[:, column])
        np.testing.assert_array_equal(numbers[:, column], expected)


def test_the_only_lead_is_never_dropped(sequence, features):
    varied, numbers = vary(sequence, features, n_leads=1, lead_drop=1.0, lead_swap=1.0)
    np.testing.assert_array_equal(varied, sequence)
    np.testing.assert_array_equal(numbers, features)


def test_swapped_leads_change_places_in_every_group_and_in_the_features(sequence, features):
    varied, numbers = vary(sequence, features, lead_swap=1.0)
    np.testing.assert_array_equal(varied, sequence[:, :, [1, 0, 3, 2]])
    np.testing.assert_array_equal(numbers, features[:, [0, 3, 2, 1]])


def test_a_gain_is_common_to_a_lead_in_every_group_and_differs_between_leads(sequence, features):
    gain = vary(sequence, features, amplitude_jitter=0.2)[0] / sequence
    np.testing.assert_allclose(gain, np.broadcast_to(gain[:, :1], gain.shape), rtol=1e-5)
    np.testing.assert_allclose(gain[:, 0, :2], gain[:, 0, 2:], rtol=1e-5)
    assert np.std(np.log(gain[:, 0, 0])) == pytest.approx(0.2, rel=0.2)
    assert abs(np.corrcoef(gain[:, 0, 0], gain[:, 0, 1])[0, 1]) < 0.3
    assert gain.min() > 0


def test_an_inverted_lead_is_inverted_in_every_group(sequence, features):
    sign = vary(sequence, features, polarity_flip=0.5)[0] / sequence
    np.testing.assert_array_equal(sign, np.broadcast_to(sign[:, :1], sign.shape))
    np.testing.assert_array_equal(sign[:, 0, :2], sign[:, 0, 2:])
    assert set(np.unique(sign)) == {-1.0, 1.0}


def test_a_shift_moves_all_channels_of_a_beat_alike_and_not_too_far(features):
    ramp = np.tile(np.arange(24, dtype=np.float32)[None, :, None], (200, 1, 4))
    moved = (vary(ramp, features, time_shift_s=0.03)[0] - ramp)[:, 12]
    np.testing.assert_array_equal(moved, np.tile(moved[:, :1], (1, 4)))
    assert set(moved[:, 0]) == set(range(-3, 4))


@pytest.mark.parametrize("kind", ["noise", "wander"])
def test_noise_is_the_same_in_every_group_and_as_strong_as_stated(kind):
    silence = np.zeros((2000, 50, 4), np.float32)
    weak, strong = (make_noisy(silence, **{kind: level}) for level in (0.1, 0.5))
    np.testing.assert_array_equal(strong[:, :, :2], strong[:, :, 2:])
    assert not np.array_equal(strong[:, :, 0], strong[:, :, 1])
    np.testing.assert_allclose(strong, 5 * weak, atol=1e-5)
    assert 0.2 < strong.std() < 0.7


def test_random_numbers_come_from_the_generator_alone(sequence, features):
    one, same, other = (vary(sequence, features, seed=s, **STRONG)[0] for s in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_a_beat_that_forgets_the_last_intervals_compares_with_the_last_minutes(sequence):
    names = ("rr_previous_to_mean", "rr_previous_to_local", "rr_next_to_local", "rr_mean")
    mean, scale = np.array([0.1, -0.2, 0.3, 0.0]), np.array([0.2, 0.4, 0.1, 1.0])
    layout = describe_layout(100.0, 2, FeatureTransform(names, np.arange(4), mean, scale))
    raw = np.random.default_rng(0).normal(0, 0.3, (200, 4))
    scaled = ((raw - mean) / scale).astype(np.float32)
    config, rng = replace(OFF, local_rhythm_drop=0.5), np.random.default_rng(0)
    _, numbers = augment_beats(sequence, scaled, layout, config, rng)
    changed = (numbers != scaled).any(axis=1)
    assert 0.3 < changed.mean() < 0.7
    again = numbers * scale + mean
    np.testing.assert_allclose(again[changed, 1], raw[changed, 0], atol=1e-5)
    # The mean's counterpart of the third was not selected: it stays as it was.
    np.testing.assert_array_equal(numbers[:, [0, 2, 3]], scaled[:, [0, 2, 3]])
