"""The space: what may stand in it, what may not, and what a trial makes of it."""

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.config.pipeline_schema import ModelConfig, PipelineConfig
from ecg_anomaly.config.search_schema import AxisConfig, SearchConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.configuring import configure
from ecg_anomaly.search.space import configured_point, describe_fixed, describe_space, read_space

GOOD = {
    "model": {
        "units": {"kind": "int", "low": 8, "high": 96, "log": True},
        "bidirectional": {"kind": "choice", "choices": [True, False]},
        "kind": {"kind": "choice", "choices": ["lstm_contrast", "lstm_classifier"]},
        "dropout": {"kind": "float", "low": 0.0, "high": 0.5},
    },
    "training": {"batch_size": {"kind": "choice", "choices": [64, 128]}},
    "preprocess": {"window_before_s": {"kind": "float", "low": 0.2, "high": 0.5}},
    "features": {
        "channels": {"kind": "choice", "choices": [["signal"], ["signal", "template_difference"]]},
        "synthesis": {"pause": {"kind": "float", "low": 0.0, "high": 0.1}},
    },
}


def refusal(group, key, **axis):
    with pytest.raises(UserError) as caught:
        read_space(SearchConfig(space={group: {key: axis}}))
    text = str(caught.value)
    assert text.startswith(f"search.space.{group}")
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("group", "key", "axis", "word"),
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
def test_what_cannot_be_searched_is_refused_by_name_and_rule(group, key, axis, word):
    assert word in refusal(group, key, **axis)


@pytest.mark.parametrize("space", [{}, {"model": {}}])
def test_an_empty_space_is_refused(space):
    with pytest.raises(UserError, match="empty"):
        read_space(SearchConfig(space=space))


@pytest.mark.parametrize("group", [3, None, ["units"]])
def test_a_group_that_is_no_group_is_refused(group):
    with pytest.raises(UserError, match="no group of keys"):
        SearchConfig(space={"model": group})


@given(st.integers(0, 2**31))
def test_whatever_is_drawn_is_a_sound_configuration(seed):
    axes = read_space(SearchConfig(space=GOOD))
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    trial = study.ask()
    params = {axis.name: axis.suggest(trial) for axis in axes}
    config = configure(PipelineConfig(), params)
    assert all(axis.holds(params[axis.name]) for axis in axes)
    assert config.model.units == params["model.units"]
    assert config.training.batch_size == params["training.batch_size"]
    assert config.preprocess.window_before_s == params["preprocess.window_before_s"]
    assert config.features.synthesis.pause == params["features.synthesis.pause"]
    assert " + ".join(config.features.channels) == params["features.channels"]
    assert config.features.selection == PipelineConfig().features.selection
    assert config.model.latent_size == ModelConfig().latent_size
    assert config.dataset == PipelineConfig().dataset


def test_the_configured_point_leaves_out_what_lies_outside():
    axes = read_space(SearchConfig(space=GOOD))
    config = PipelineConfig(model=ModelConfig(units=7, dropout=0.5, kind="lstm_classifier"))
    point = configured_point(axes, config)
    assert "model.units" not in point
    assert point["model.dropout"] == 0.5
    assert point["model.kind"] == "lstm_classifier"


def test_the_configured_list_is_a_point_of_its_axis():
    axes = read_space(SearchConfig(space={"features": GOOD["features"]}))
    point = configured_point(axes, PipelineConfig())
    assert point["features.channels"] == "signal + template_difference"
    assert configure(PipelineConfig(), point) == PipelineConfig()


def test_keys_of_an_inner_group_may_not_be_those_of_an_outer_one():
    assert "features.synthesis has beats_per_record" in refusal(
        "features", "synthesis", history_s={"kind": "int", "low": 10, "high": 20}
    )


def test_a_rule_over_two_keys_is_left_to_the_trials():
    axis = AxisConfig("float", 60.0, 240.0)  # at 60 Hz the configured low pass is too high
    (axis,) = read_space(SearchConfig(space={"preprocess": {"fs": axis}}))
    with pytest.raises(UserError, match=r"preprocess\.low_pass_hz"):
        configure(PipelineConfig(), {axis.name: 60.0})
    both = configure(PipelineConfig(), {axis.name: 60.0, "preprocess.low_pass_hz": 25.0})
    assert both.preprocess.fs == 60.0


def test_what_makes_beats_is_fixed_where_trials_make_them_and_only_there():
    config = PipelineConfig()
    plain = describe_fixed(read_space(SearchConfig(space={"model": GOOD["model"]})), config)
    assert {name.partition(".")[0] for name in plain} == {"model", "training"}
    whole = describe_fixed(read_space(SearchConfig(space={"features": GOOD["features"]})), config)
    assert {"preprocess.window_before_s", "features.history_s", "dataset.leads"} <= whole.keys()
    assert "features.synthesis.run" in whole
    for searched in ("features.synthesis.pause", "features.channels", "training.seed"):
        assert searched not in whole


def test_a_boolean_is_no_number_on_an_axis_of_choices():
    (axis,) = read_space(SearchConfig(space={"model": {"layers": AxisConfig(choices=[1, 2])}}))
    assert axis.holds(1)
    assert not axis.holds(True)


def test_spaces_that_differ_are_told_apart():
    texts = []
    for high in (8, 9):
        axis = AxisConfig("int", 1, high)
        texts.append(describe_space(read_space(SearchConfig(space={"model": {"units": axis}}))))
    assert texts[0].keys() == texts[1].keys()
    assert texts[0] != texts[1]
