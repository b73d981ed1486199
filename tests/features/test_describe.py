"""Beats described record by record: nothing of one record may reach another."""

from dataclasses import fields, replace

import numpy as np
import pytest

from default_config import features_config, preprocess_config
from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.describe import AMPLITUDE_CLIP, describe_beats, name_features
from ecg_anomaly.features.describe import describe as describe_context
from ecg_anomaly.features.rhythm_features import RHYTHM_FEATURES
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.files.array_tables import concatenate_tables
from ecg_anomaly.network.training.input_layout import describe_layout

FEATURES, WINDOW = (
    features_config(history_s=10.0, history_update_s=2.0),
    BeatWindow.from_config(preprocess_config()),
)


def make_beats(name: str = "100", n: int = 30, seed: int = 0, **changes) -> BeatSet:
    rng = np.random.default_rng(seed)
    time_s = np.cumsum(rng.uniform(0.5, 1.2, n))
    beats = BeatSet(
        waveform=(rng.normal(size=(n, 96, 2)) + rng.normal(size=(1, 96, 2))).astype(np.float32),
        record=np.full(n, name),
        subject=np.full(n, name),
        sample=np.rint(time_s * 360).astype(np.int64),
        time_s=time_s,
        symbol=np.full(n, "N"),
        aami=np.full(n, "N"),
        unreadable=np.full(n, "", dtype="<U16"),
        quality=np.ones(n, np.float32),
        split=np.full(n, "train"),
        continuous=np.ones(n, bool),
    )
    return replace(beats, **changes)


def describe(beats: BeatSet, **changes):
    return describe_beats(beats, replace(FEATURES, **changes), WINDOW)[0]


def test_records_described_together_equal_records_described_alone():
    parts = [make_beats("b", 30, 1), make_beats("a", 1, 2), make_beats("c", 17, 3)]
    together = describe(concatenate_tables(parts))
    alone = [describe(part) for part in parts]
    np.testing.assert_array_equal(together.sequence, np.concatenate([a.sequence for a in alone]))
    np.testing.assert_array_equal(together.values, np.concatenate([a.values for a in alone]))
    np.testing.assert_array_equal(together.rule, np.concatenate([a.rule for a in alone]))


@pytest.mark.parametrize("at_once", [1, 29, 30])
def test_how_many_beats_are_described_at_once_changes_nothing(monkeypatch, at_once):
    together = describe(make_beats())
    monkeypatch.setattr("ecg_anomaly.features.describe.AT_ONCE", at_once)
    apart = describe(make_beats())
    for field in fields(together):
        found, expected = getattr(apart, field.name), getattr(together, field.name)
        np.testing.assert_array_equal(found, expected)


def test_labels_and_splits_play_no_part():
    beats = make_beats()
    other = replace(
        beats, aami=np.full(30, "V"), symbol=np.full(30, "V"), split=np.full(30, "test")
    )
    np.testing.assert_array_equal(describe(other).values, describe(beats).values)
    np.testing.assert_array_equal(describe(other).sequence, describe(beats).sequence)


@pytest.mark.parametrize("k", [19, 23, 27])
def test_after_the_learning_period_nothing_after_the_next_r_peak_changes_a_beat(k):
    beats = make_beats()
    waveform, time_s = beats.waveform.copy(), beats.time_s.copy()
    waveform[k + 1 :] *= -7
    time_s[k + 2 :] += 2.0
    later = describe(replace(beats, waveform=waveform, time_s=time_s))
    now = describe(beats)
    np.testing.assert_array_equal(later.sequence[: k + 1], now.sequence[: k + 1])
    np.testing.assert_array_equal(later.values[: k + 1], now.values[: k + 1])
    np.testing.assert_array_equal(later.rule[: k + 1], now.rule[: k + 1])


def test_an_unreadable_beat_keeps_its_r_peak_and_gives_its_shape_to_nobody():
    beats = make_beats()
    unreadable = beats.unreadable.copy()
    unreadable[7] = "implausible"
    garbage = beats.waveform.copy()
    garbage[7] = 500.0
    marked = describe(replace(beats, unreadable=unreadable))
    broken = describe(replace(beats, unreadable=unreadable, waveform=garbage))
    others = np.arange(30) != 7
    np.testing.assert_array_equal(broken.sequence[others], marked.sequence[others])
    n_rhythm = len(RHYTHM_FEATURES)
    np.testing.assert_array_equal(broken.values[:, :n_rhythm], describe(beats).values[:, :n_rhythm])


def test_columns_and_channels_have_the_promised_shape():
    found = describe(make_beats())
    assert found.values.shape == (30, len(name_features(2)))
    assert len(set(name_features(2))) == len(name_features(2))
    assert found.rule.shape == (30, 3)
    assert found.sequence.shape == (30, 96, 4)
    assert found.sequence.dtype == np.float32
    assert np.isfinite(found.values).all()
    assert np.isfinite(found.rule).all()


def test_an_artefact_is_cut_off():
    waveform = make_beats().waveform.copy()
    waveform[25] *= 1e4
    found = describe(make_beats(waveform=waveform)).sequence
    assert np.abs(found[25]).max() == AMPLITUDE_CLIP
    assert np.isfinite(describe(make_beats(waveform=waveform)).values).all()


def test_the_rules_see_the_rhythm_of_the_features_and_zero_for_the_template():
    found = describe(make_beats())
    names = name_features(2)
    for column, name in ((1, "rr_previous_to_local"), (2, "rr_previous_to_mean")):
        np.testing.assert_array_equal(found.rule[:, column], found.values[:, names.index(name)])
    steady = make_beats(waveform=np.repeat(make_beats().waveform[:1], 30, axis=0))
    np.testing.assert_allclose(describe(steady).rule[:, 0], 0, atol=1e-6)


def test_channels_come_in_the_configured_order_in_groups_of_leads():
    beats = make_beats()
    signal = describe(beats, channels=["signal"]).sequence
    difference = describe(beats, channels=["template_difference"]).sequence
    both = describe(beats, channels=["template_difference", "signal"]).sequence
    np.testing.assert_array_equal(both, np.concatenate([difference, signal], axis=2))


def test_a_subject_who_never_changes_differs_in_nothing_from_their_template():
    beats = make_beats()
    steady = replace(beats, waveform=np.repeat(beats.waveform[:1], 30, axis=0))
    assert not describe(steady, channels=["template_difference"]).sequence.any()


@pytest.mark.parametrize("gain", [0.5, 4.0])
def test_the_gain_of_the_recorder_changes_nothing(gain):
    beats = make_beats()
    louder = replace(beats, waveform=beats.waveform * np.float32(gain))
    np.testing.assert_allclose(describe(louder).sequence, describe(beats).sequence, atol=1e-5)


@pytest.mark.parametrize("gain", [0.5, 3.0, 4.0])
def test_nor_does_it_change_any_number_or_what_the_rules_see(gain):
    beats = make_beats()
    one, other = (
        describe(replace(beats, waveform=beats.waveform * np.float32(gain))),
        describe(beats),
    )
    np.testing.assert_allclose(one.values, other.values, atol=1e-4)
    np.testing.assert_allclose(one.rule, other.rule, atol=1e-4)


@pytest.mark.parametrize("rows", [np.arange(30)[::-1], np.array([4, 4, 20]), np.zeros(0, int)])
def test_beats_in_context_are_described_one_by_one(rows):
    _, context = describe_beats(make_beats(), FEATURES, WINDOW)
    whole = describe_context(context, FEATURES.channels, WINDOW)
    some = describe_context(context.select(rows), FEATURES.channels, WINDOW)
    np.testing.assert_array_equal(some.sequence, whole.sequence[rows])
    np.testing.assert_array_equal(some.values, whole.values[rows])
    assert some.values.shape == (len(rows), len(name_features(2)))
    assert some.rule.shape == (len(rows), 3)


def test_premature_beats_are_told_by_the_minutes_and_stay_out_of_the_template():
    time_s = np.cumsum(np.tile([1.0, 1.0, 0.5], 10))
    waveform = np.repeat(make_beats().waveform[:1], 30, axis=0)
    waveform[2::3] *= -1
    _, context = describe_beats(make_beats(time_s=time_s, waveform=waveform), FEATURES, WINDOW)
    template = waveform[0] / context.history.amplitude[0]
    for row in context.history.template:
        np.testing.assert_allclose(row, template, rtol=1e-6)


def test_an_absent_lead_gives_zero_everywhere_as_dropping_one_in_training_does():
    waveform = make_beats(n=40).waveform.copy()
    waveform[:, :, 1] = 0
    found = describe(make_beats(n=40, waveform=waveform))
    assert not found.sequence[:, :, 1::2].any()
    names = name_features(2)
    rng = np.random.default_rng(0)
    mean, scale = rng.normal(size=len(names)), rng.uniform(0.5, 2, len(names))
    transform = FeatureTransform(names, np.arange(len(names)), mean, scale)
    layout = describe_layout(120.0, 2, transform)
    scaled = transform.apply(found.values)
    gone = np.char.endswith(names, "_2")
    np.testing.assert_array_equal(gone, layout.feature_lead == 1)
    np.testing.assert_allclose(scaled[:, gone], np.tile(layout.absent[gone], (40, 1)), atol=1e-5)
    # In a record this short the minutes stand in for the hour.
    varies = ~gone & (np.array(names) != "rr_mean_to_hour")
    assert np.abs(scaled[:, varies] - layout.absent[varies]).max(axis=0).min() > 0


def test_beats_that_came_cut_out_are_passed_on_without_rhythm_or_template():
    beats = make_beats(continuous=np.zeros(30, bool))
    found = describe(beats)
    np.testing.assert_array_equal(found.sequence, beats.waveform)
    assert found.values.shape == (30, len(name_features(2)))
    assert np.isnan(found.values).all()
    assert np.isnan(found.rule).all()
    assert describe_beats(beats, FEATURES, WINDOW)[1] is None


@pytest.mark.parametrize("n", [1, 2, 5])
def test_a_record_with_hardly_a_beat_is_described(n):
    found = describe(make_beats(n=n))
    assert np.isfinite(found.values).all()
    assert np.isfinite(found.sequence).all()


def test_no_beats_give_an_empty_description():
    beats = make_beats()
    empty = beats.select(np.zeros(30, bool))
    assert all(len(getattr(empty, field.name)) == 0 for field in fields(empty))
    found = describe(empty)
    assert len(found.sequence) == 0
    assert found.values.shape == (0, len(name_features(2)))
