"""Made fibrillation: no P wave in a beat nor in its past, scattered intervals, still normal."""

from dataclasses import fields, replace

import numpy as np
import pytest

from ecg_anomaly.config.pipeline_schema import FeaturesConfig, PreprocessConfig
from ecg_anomaly.features.describe import describe, name_features
from ecg_anomaly.features.intervals import RR_LIMITS_S
from ecg_anomaly.features.p_wave import p_wave_energy
from ecg_anomaly.features.synthesis.fibrillation import fibrillate

PREPROCESS = PreprocessConfig()


def describe_named(beats) -> dict[str, np.ndarray]:
    values = describe(beats, FeaturesConfig(), PREPROCESS).values
    return dict(zip(name_features(beats.waveform.shape[2]), values.T, strict=True))


@pytest.fixture(scope="module")
def made(side):
    return fibrillate(side.normal, PREPROCESS, np.random.default_rng(0))


def test_beat_and_past_lose_their_p_wave_and_keep_the_rest(side, made, time_s):
    before = np.median(p_wave_energy(side.normal.history.regular, PREPROCESS), axis=0)
    after = np.median(p_wave_energy(made.history.regular, PREPROCESS), axis=0)
    assert (after < 0.3 * before).all()
    later = time_s > -0.05
    np.testing.assert_array_equal(
        made.history.regular[:, later], side.normal.history.regular[:, later]
    )
    assert np.abs(made.waveform - side.normal.waveform)[:, later].std() < 0.1


def test_intervals_scatter_around_the_mean(made):
    ratio = np.log(made.intervals.previous_s / made.rhythm.mean_s)
    assert abs(ratio.mean()) < 0.05
    assert 0.15 < ratio.std() < 0.4
    for rr in (made.intervals.previous_s, made.intervals.next_s, made.rhythm.before_s):
        assert ((rr >= RR_LIMITS_S[0]) & (rr <= RR_LIMITS_S[1])).all()
    below = (ratio < made.rhythm.low).mean()
    assert 0.05 < below < 0.15


def test_such_a_beat_is_usual_for_its_past(made):
    found = describe_named(made)
    for lead in (1, 2):
        for name in ("p_difference", "p_match_deviation", "p_residual"):
            assert abs(np.median(found[f"{name}_{lead}"])) < 0.3, name
        assert np.median(found[f"p_strength_{lead}"]) < 0


def test_an_absent_lead_stays_absent(side):
    rows = np.arange(40)
    beats = side.normal.select(rows)
    waveform = beats.waveform.copy()
    waveform[:, :, 1] = 0
    past = {name: getattr(beats.history, name).copy() for name in ("usual_p", "regular")}
    for template in past.values():
        template[:, :, 1] = 0
    absent = replace(beats, waveform=waveform, history=replace(beats.history, **past))
    made = fibrillate(absent, PREPROCESS, np.random.default_rng(0))
    for array in (made.waveform, made.history.usual_p, made.history.regular):
        assert not array[:, :, 1].any()


@pytest.mark.parametrize("n", [0, 1, 7])
def test_any_number_of_beats_stays_finite_and_leaves_the_originals_alone(side, n):
    beats = side.normal.select(np.arange(n))
    before = beats.waveform.copy()
    made = fibrillate(beats, PREPROCESS, np.random.default_rng(1))
    assert made.waveform.shape == before.shape
    assert made.waveform.dtype == np.float32
    np.testing.assert_array_equal(beats.waveform, before)
    for part in (made.intervals, made.rhythm, made.history):
        for field in fields(part):
            value = getattr(part, field.name)
            assert len(value) == n
            assert np.isfinite(value).all()
            assert value.dtype == getattr(getattr(beats, _part_of(beats, part)), field.name).dtype


def _part_of(beats, part) -> str:
    return next(f.name for f in fields(beats) if type(getattr(beats, f.name)) is type(part))
