"""Group `dataset`: every rule, broken once; the error names the whole key."""

import pytest

from default_config import dataset_config, simulation_config, split_config
from ecg_anomaly.config.data_schema import unlabelled_dataset
from ecg_anomaly.files.errors import UserError

BROKEN = [
    (simulation_config, "dataset.simulation", {"n_subjects": 0, "duration_s": 9.9}),
    (simulation_config, "dataset.simulation", {"fs": 0.0, "seed": -1}),
    (split_config, "dataset.split", {"unit": "record", "test_fraction": 1.0, "seed": -1}),
    (split_config, "dataset.split", {"validation_fraction": 0.7}),
    (dataset_config, "dataset", {"source": "tape", "escape_beats": "V", "name": "../x"}),
    (dataset_config, "dataset", {"leads": []}),
]


@pytest.mark.parametrize(
    ("group", "key", "value", "prefix"),
    [(g, key, value, prefix) for g, prefix, bad in BROKEN for key, value in bad.items()],
)
def test_a_value_against_its_rule_is_refused_by_its_key(group, key, value, prefix):
    with pytest.raises(UserError) as caught:
        group(**{key: value})
    assert f"{prefix}.{key}" in caught.value.where


def test_recordings_that_nobody_labelled_have_their_leads_and_no_subjects():
    config = unlabelled_dataset([["MLII", "II"]])
    assert config.leads == [["MLII", "II"]]
    assert config.subjects == {}
    assert config.exclude == []
