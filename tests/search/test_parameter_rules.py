"""What may be searched: a key, kind, limit or choice against its rule is refused by name."""

import pytest

from default_config import pipeline_config, search_config, search_run_config
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.parameter_rules import GROUPS, NOT_SEARCHED, check_parameter_name, type_of
from ecg_anomaly.search.space import read_space


def refusal(group, key, **parameter):
    with pytest.raises(UserError) as caught:
        read_space(search_run_config(search=search_config(space={group: {key: parameter}})))
    text = str(caught.value)
    assert text.startswith(f"search.space.{group}")
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("group", "key", "parameter", "word"),
    [
        ("model", "units", {"kind": "whole", "low": 1, "high": 2}, "'whole'"),
        ("model", "units", {"kind": "int", "low": 9, "high": 8}, "low 9 is above high 8"),
        ("model", "units", {"kind": "int", "low": 0, "high": 8}, "outside"),
        ("model", "units", {"kind": "int", "low": 0, "high": 8, "log": True}, "log needs"),
        ("model", "units", {"kind": "int", "low": 1.5, "high": 8}, "whole numbers"),
        ("model", "units", {"kind": "float", "low": 1, "high": 8}, "is a int"),
        ("model", "units", {"kind": "int", "low": 1}, "low and high"),
        ("model", "units", {"kind": "int", "low": "a", "high": 2}, "'a' is no number"),
        ("model", "units", {"kind": "int", "low": 1, "high": True}, "True is no number"),
        ("model", "units", {"kind": "int", "low": 1, "high": float("inf")}, "finite"),
        ("model", "units", {"kind": "int", "low": 1, "high": float("nan")}, "finite"),
        ("model", "units", {"kind": "int", "lo": 1, "high": 2}, "'lo'"),
        ("model", "units", {"kind": "choice"}, "without choices"),
        ("model", "units", {"kind": "choice", "choices": [8, 8]}, "twice"),
        ("model", "units", {"kind": "choice", "choices": [8, "many"]}, "'many'"),
        ("model", "units", {"kind": "choice", "choices": [True]}, "True is no int"),
        ("model", "units", {"kind": "choice", "choices": [8], "low": 1}, "no low"),
        ("model", "units", {"kind": "choice", "choices": 8}, "no list"),
        ("model", "kind", {"kind": "choice", "choices": ["gru"]}, "gru"),
        ("model", "dropout", {"kind": "float", "low": 0.0, "high": 1.5}, "outside"),
        ("model", "heads", {"kind": "int", "low": 1, "high": 8}, "model has kind, units"),
        ("training", "seed", {"kind": "int", "low": 1, "high": 8}, "derived"),
        ("dataset", "name", {"kind": "choice", "choices": ["mitdb"]}, "no group"),
        ("preprocess", "window_s", {"kind": "int", "low": 1, "high": 8}, "preprocess has fs"),
        ("preprocess", "window_after_s", {"kind": "float", "low": 0.4, "high": 1.1}, "outside"),
        ("preprocess", "flat_mv", {"kind": "float", "low": 0.0, "high": 0.1}, "which beats are"),
        ("features", "channels", {"kind": "choice", "choices": ["signal"]}, "'signal' is no list"),
        ("features", "channels", {"kind": "choice", "choices": [["sound"]]}, "'sound'"),
        ("features", "channels", {"kind": "choice", "choices": [["signal"]] * 2}, "twice"),
        ("features", "channels", {"kind": "int", "low": 1, "high": 2}, "is a list"),
        ("features", "synthesis", {"kind": "choice", "choices": [1]}, "'choice' is not made of"),
        ("features", "synthesis.x.y", {"kind": "int", "low": 1, "high": 2}, "no such key"),
    ],
)  # fmt: skip
def test_what_cannot_be_searched_is_refused_by_name_and_rule(group, key, parameter, word):
    assert word in refusal(group, key, **parameter)


def test_keys_of_an_inner_group_may_not_be_those_of_an_outer_one():
    assert "features.synthesis has beats_per_record" in refusal(
        "features", "synthesis", history_s={"kind": "int", "low": 10, "high": 20}
    )


def test_every_searched_group_and_every_exception_exists():
    assert set(GROUPS) <= vars(pipeline_config()).keys()
    for name in NOT_SEARCHED:
        assert type_of(name) in (int, float, str)
        with pytest.raises(UserError, match="not searched"):
            check_parameter_name(name)
