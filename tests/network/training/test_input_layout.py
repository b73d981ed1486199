"""The layout of channels and features, and what beats are without their other leads."""

import numpy as np
import pytest

from default_config import dataset_config, features_config, preprocess_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.features.beat_inputs import unlabelled_inputs
from ecg_anomaly.features.describe import describe_record, name_features
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.network.training.input_layout import (
    absent_values,
    describe_layout,
    find_local_rhythm,
    keep_first_lead,
    leads_of_features,
)

NAMES = ("rr_mean", "p_match_1", "p_match_2", "qrs_part_distance_2")


def transform_of(names, seed=0):
    rng = np.random.default_rng(seed)
    k = len(names)
    return FeatureTransform(tuple(names), np.arange(k), rng.normal(size=k), rng.uniform(1, 2, k))


def test_the_lead_of_a_feature_is_in_its_name():
    assert leads_of_features(transform_of(NAMES)).tolist() == [-1, 0, 1, 1]


def test_the_layout_is_read_from_the_names():
    transform = transform_of(("rr_mean", "p_match_1", "qrs_width_1", "p_match_2"))
    layout = describe_layout(100.0, 2, transform)
    assert layout.feature_lead.tolist() == [-1, 0, 0, 1]
    # The width of the second lead was not selected, so the first lead keeps its own.
    assert layout.other_lead.tolist() == [0, 3, 2, 1]
    np.testing.assert_array_equal(layout.absent, absent_values(transform))
    assert (layout.fs, layout.n_leads) == (100.0, 2)


def test_features_against_few_intervals_are_paired_with_those_against_minutes():
    names = ("rr_previous_to_mean", "rr_previous_to_local", "rr_next_to_local", "rr_mean")
    transform = transform_of(names)
    pairs = find_local_rhythm(transform)
    assert (pairs.local.tolist(), pairs.general.tolist()) == ([1], [0])
    # An unscaled value of one feature, scaled as either, differs by ratio and offset.
    general, local = ((0.7 - transform.mean[c]) / transform.scale[c] for c in (0, 1))
    assert general * pairs.ratio[0] + pairs.offset[0] == pytest.approx(local, rel=1e-6)


def test_without_features_there_are_no_pairs():
    pairs = find_local_rhythm(transform_of(()))
    assert pairs.local.shape == pairs.general.shape == (0,)


def test_only_what_is_of_other_leads_is_taken_away():
    transform = transform_of(NAMES)
    inputs = unlabelled_inputs(np.ones((3, 5, 4), np.float32), np.ones((3, 4), np.float32))
    alone = keep_first_lead(inputs, transform, 2)
    assert (alone.sequence[:, :, [0, 2]] == 1).all()
    assert not alone.sequence[:, :, [1, 3]].any()
    assert (alone.features[:, :2] == 1).all()
    np.testing.assert_array_equal(alone.features[0, 2:], absent_values(transform)[2:])
    assert (inputs.sequence == 1).all()
    assert (inputs.features == 1).all()


def test_a_data_set_of_one_lead_loses_nothing():
    inputs = unlabelled_inputs(np.ones((3, 5, 2), np.float32), np.ones((3, 2), np.float32))
    alone = keep_first_lead(inputs, transform_of(("rr_mean", "p_match_1")), 1)
    np.testing.assert_array_equal(alone.sequence, inputs.sequence)
    np.testing.assert_array_equal(alone.features, inputs.features)


def test_it_is_what_a_recording_without_the_other_lead_gives(simulated_records):
    record = simulated_records[0]
    transform = transform_of(name_features(2))
    described, contexts, window = [], [], BeatWindow.from_config(preprocess_config())
    for signal in (record.signal, record.signal * np.float32([1, 0])):
        one = type(record)(**{**vars(record), "signal": signal})
        beats, _ = cut_beats(one, dataset_config(), preprocess_config())
        description, context = describe_record(beats, features_config(), window)
        described.append(description)
        contexts.append(context)
    both, first = (unlabelled_inputs(d.sequence, transform.apply(d.values)) for d in described)
    alone = keep_first_lead(both, transform, 2)
    # Which of two usual shapes a beat is nearer to is asked of all leads.
    same = contexts[0].second == contexts[1].second
    assert same.mean() > 0.99
    np.testing.assert_array_equal(alone.sequence[same], first.sequence[same])
    np.testing.assert_allclose(alone.features[same], first.features[same], atol=1e-5)


@pytest.mark.parametrize("n", [0, 1])
def test_any_number_of_beats_is_accepted(n):
    inputs = unlabelled_inputs(np.ones((n, 5, 2), np.float32), np.ones((n, 4), np.float32))
    assert len(keep_first_lead(inputs, transform_of(NAMES), 2)) == n
