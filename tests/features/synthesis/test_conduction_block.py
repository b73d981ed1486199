"""A synthetic bundle branch block: wide beats that are what is usual for their subject."""

import numpy as np
import pytest

from default_config import features_config, preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.describe import describe, name_features
from ecg_anomaly.features.morphology import _qrs_width
from ecg_anomaly.features.synthesis.conduction_block import add_conduction_block

WINDOW = BeatWindow.from_config(preprocess_config())


def block(beats, ventricular: bool = False):
    return add_conduction_block(
        beats, np.full(len(beats), ventricular), WINDOW, np.random.default_rng(0)
    )


def describe_named(beats) -> dict[str, np.ndarray]:
    values = describe(beats, features_config().channels, WINDOW).values
    return dict(zip(name_features(beats.waveform.shape[2]), values.T, strict=True))


@pytest.fixture(scope="module")
def blocked(split):
    return block(split.normal)


def test_template_beats_are_wide_and_as_high_as_before(split, blocked):
    before, after = (
        np.median(_qrs_width(b.history.template, WINDOW)) for b in (split.normal, blocked)
    )
    assert after > 1.2 * before
    qrs = WINDOW.part("qrs")
    height = [np.ptp(b.history.template[:, qrs], axis=1) for b in (split.normal, blocked)]
    np.testing.assert_allclose(height[1], height[0], rtol=0.15, atol=1e-5)


def test_beats_differ_from_their_template_as_before(split, blocked):
    for name in ("history", "hour"):
        rest = [b.waveform - getattr(b, name).template for b in (split.normal, blocked)]
        np.testing.assert_allclose(rest[1], rest[0], atol=1e-5)


def test_the_p_wave_and_the_rhythm_stay(split, blocked, time_s):
    early = time_s < -0.12
    np.testing.assert_allclose(
        blocked.waveform[:, early], split.normal.waveform[:, early], atol=1e-5
    )
    for name in ("intervals", "rhythm"):
        before, after = (vars(getattr(b, name)) for b in (split.normal, blocked))
        for key, values in before.items():
            np.testing.assert_array_equal(after[key], values)


def test_a_ventricular_beat_keeps_its_shape_and_stands_out(split):
    found = block(split.normal, ventricular=True)
    np.testing.assert_array_equal(found.waveform, split.normal.waveform)
    own, other = (np.median(np.abs(b.waveform - b.history.template)) for b in (split.normal, found))
    assert other > 1.5 * own


def test_an_absent_lead_stays_absent(split):
    alone = split.normal.select(np.arange(20))
    alone.waveform[:, :, 1] = 0
    alone.history.template[:, :, 1] = 0
    assert not block(alone).waveform[:, :, 1].any()


def test_features_of_the_difference_are_those_of_a_normal_beat(split, blocked):
    before, after = describe_named(split.normal), describe_named(blocked)
    for name in (n for n in before if n.startswith(("p_match", "log_rr", "rr_"))):
        assert abs(np.median(after[name]) - np.median(before[name])) < 0.5, name
