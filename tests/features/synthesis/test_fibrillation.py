"""Synthetic fibrillation: no P wave in beat and past, scattered intervals, still normal."""

from dataclasses import fields, replace

import numpy as np
import pytest

from default_config import features_config, preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.describe import describe, name_features
from ecg_anomaly.features.p_wave import p_wave_energy
from ecg_anomaly.features.rhythm_context import RR_LIMITS_S
from ecg_anomaly.features.synthesis.fibrillation import simulate_fibrillation

WINDOW = BeatWindow.from_config(preprocess_config())


def describe_named(beats) -> dict[str, np.ndarray]:
    values = describe(beats, features_config().channels, WINDOW).values
    return dict(zip(name_features(beats.waveform.shape[2]), values.T, strict=True))


@pytest.fixture(scope="module")
def synthetic(split):
    return simulate_fibrillation(split.normal, WINDOW, np.random.default_rng(0))


def test_beat_and_past_lose_their_p_wave_and_keep_the_rest(split, synthetic, time_s):
    before = np.median(p_wave_energy(split.normal.history.template, WINDOW), axis=0)
    after = np.median(p_wave_energy(synthetic.history.template, WINDOW), axis=0)
    assert (after < 0.3 * before).all()
    later = time_s > -0.05
    np.testing.assert_array_equal(
        synthetic.history.template[:, later], split.normal.history.template[:, later]
    )
    assert np.abs(synthetic.waveform - split.normal.waveform)[:, later].std() < 0.1


def test_intervals_scatter_around_the_mean(synthetic):
    ratio = np.log(synthetic.intervals.previous_s / synthetic.rhythm.mean_s)
    assert abs(ratio.mean()) < 0.05
    assert 0.15 < ratio.std() < 0.4
    for rr in (
        synthetic.intervals.previous_s,
        synthetic.intervals.next_s,
        synthetic.rhythm.before_s,
    ):
        assert ((rr >= RR_LIMITS_S[0]) & (rr <= RR_LIMITS_S[1])).all()
    below = (ratio < synthetic.rhythm.low).mean()
    assert 0.05 < below < 0.15


def test_such_a_beat_is_no_exception_in_its_past(synthetic):
    found = describe_named(synthetic)
    for lead in (1, 2):
        for name in ("p_difference", "p_match_deviation", "p_residual"):
            assert abs(np.median(found[f"{name}_{lead}"])) < 0.3, name
        assert np.median(found[f"p_strength_{lead}"]) < 0


def test_an_absent_lead_stays_absent(split):
    rows = np.arange(40)
    beats = split.normal.select(rows)
    waveform = beats.waveform.copy()
    waveform[:, :, 1] = 0
    past = {name: getattr(beats.history, name).copy() for name in ("recent_p", "template")}
    for template in past.values():
        template[:, :, 1] = 0
    absent = replace(beats, waveform=waveform, history=replace(beats.history, **past))
    synthetic = simulate_fibrillation(absent, WINDOW, np.random.default_rng(0))
    for array in (synthetic.waveform, synthetic.history.recent_p, synthetic.history.template):
        assert not array[:, :, 1].any()


@pytest.mark.parametrize("n", [0, 1, 7])
def test_any_number_of_beats_stays_finite_and_leaves_the_originals_alone(split, n):
    beats = split.normal.select(np.arange(n))
    before = beats.waveform.copy()
    synthetic = simulate_fibrillation(beats, WINDOW, np.random.default_rng(1))
    assert synthetic.waveform.shape == before.shape
    assert synthetic.waveform.dtype == np.float32
    np.testing.assert_array_equal(beats.waveform, before)
    for part in (synthetic.intervals, synthetic.rhythm, synthetic.history):
        for field in fields(part):
            value = getattr(part, field.name)
            assert len(value) == n
            assert np.isfinite(value).all()
            assert value.dtype == getattr(getattr(beats, _part_of(beats, part)), field.name).dtype


def _part_of(beats, part) -> str:
    return next(f.name for f in fields(beats) if type(getattr(beats, f.name)) is type(part))
