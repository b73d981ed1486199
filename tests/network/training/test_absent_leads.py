import numpy as np
import pytest

from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.config.pipeline_schema import DatasetConfig, FeaturesConfig, PreprocessConfig
from ecg_anomaly.features.beat_inputs import unlabelled_inputs
from ecg_anomaly.features.describe import describe_record, name_features
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.network.training.absent_leads import (
    absent_values,
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
    described = []
    for signal in (record.signal, record.signal * np.float32([1, 0])):
        one = type(record)(**{**vars(record), "signal": signal})
        beats, _ = cut_beats(one, DatasetConfig(), PreprocessConfig())
        described.append(describe_record(beats, FeaturesConfig(), PreprocessConfig())[0])
    both, first = (unlabelled_inputs(d.sequence, transform.apply(d.values)) for d in described)
    alone = keep_first_lead(both, transform, 2)
    np.testing.assert_array_equal(alone.sequence, first.sequence)
    np.testing.assert_allclose(alone.features, first.features, atol=1e-5)


@pytest.mark.parametrize("n", [0, 1])
def test_any_number_of_beats_will_do(n):
    inputs = unlabelled_inputs(np.ones((n, 5, 2), np.float32), np.ones((n, 4), np.float32))
    assert len(keep_first_lead(inputs, transform_of(NAMES), 2)) == n
