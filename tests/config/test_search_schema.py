"""Group `search`: every rule, broken once, and parameters read from plain keys."""

import pytest

from default_config import search_config
from ecg_anomaly.config.search_schema import INNER_GROUPS, ParameterConfig
from ecg_anomaly.files.errors import UserError


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("study", "../up"), ("study", ""), ("n_trials", 0), ("n_workers", -1), ("sampler", "grid"),
        ("pruner", "median"), ("reduction", 1), ("first_rung", 0), ("objective_beats", "test"),
        ("margin", -0.1), ("worker", -1),
        ("timeout_s", 0.0), ("seed", -1), ("retries", -1), ("heartbeat_s", 0),
    ],
)  # fmt: skip
def test_a_setting_against_its_rule_is_refused(key, value):
    with pytest.raises(UserError, match=f"search.{key}"):
        search_config(**{key: value})


def test_parameters_are_read_from_plain_keys_and_from_dataclasses_alike():
    units = {"kind": "int", "low": 4, "high": 8}
    plain = search_config(space={"model": {"units": units}})
    typed = search_config(space={"model": {"units": ParameterConfig("int", 4, 8)}})
    assert plain.space == typed.space == {"model": {"units": ParameterConfig("int", 4, 8)}}


def test_keys_of_an_inner_group_get_a_dotted_name():
    assert {"features.synthesis", "features.selection", "dataset.split"} <= INNER_GROUPS
    pause = {"choices": [0.1]}
    space = search_config(space={"features": {"synthesis": {"pause": pause}}}).space
    assert space == {"features": {"synthesis.pause": ParameterConfig(choices=[0.1])}}
    again = search_config(space=space).space
    assert again == space
