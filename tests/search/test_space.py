"""The space: what may stand in it, what may not, and what a trial makes of it."""

import optuna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from default_config import model_config, pipeline_config, search_config, search_run_config
from ecg_anomaly.config.search_schema import ParameterConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.space import configured_point, describe_fixed, describe_space, read_space
from ecg_anomaly.search.trials import configure


def with_space(space):
    return search_run_config(search=search_config(space=space))


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


@pytest.mark.parametrize("space", [{}, {"model": {}}])
def test_an_empty_space_is_refused(space):
    with pytest.raises(UserError, match="empty"):
        read_space(with_space(space))


@pytest.mark.parametrize("group", [3, None, ["units"]])
def test_a_group_that_is_no_group_is_refused(group):
    with pytest.raises(UserError, match="no group of keys"):
        search_config(space={"model": group})


@given(st.integers(0, 2**31))
def test_whatever_is_drawn_is_a_sound_configuration(seed):
    parameters = read_space(with_space(GOOD))
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=seed))
    trial = study.ask()
    params = {parameter.name: parameter.suggest(trial) for parameter in parameters}
    config = configure(pipeline_config(), params)
    assert all(parameter.holds(params[parameter.name]) for parameter in parameters)
    assert config.model.units == params["model.units"]
    assert config.training.batch_size == params["training.batch_size"]
    assert config.preprocess.window_before_s == params["preprocess.window_before_s"]
    assert config.features.synthesis.pause == params["features.synthesis.pause"]
    assert " + ".join(config.features.channels) == params["features.channels"]
    assert config.features.selection == pipeline_config().features.selection
    assert config.model.latent_size == model_config().latent_size
    assert config.dataset == pipeline_config().dataset


def test_the_configured_point_leaves_out_what_lies_outside():
    parameters = read_space(with_space(GOOD))
    config = pipeline_config(model=model_config(units=7, dropout=0.5, kind="lstm_classifier"))
    point = configured_point(parameters, config)
    assert "model.units" not in point
    assert point["model.dropout"] == 0.5
    assert point["model.kind"] == "lstm_classifier"


def test_the_configured_list_is_a_point_of_its_parameter():
    parameters = read_space(with_space({"features": GOOD["features"]}))
    point = configured_point(parameters, pipeline_config())
    assert point["features.channels"] == "signal + template_difference"
    assert configure(pipeline_config(), point) == pipeline_config()


def test_a_rule_over_two_keys_is_left_to_the_trials():
    fs = ParameterConfig("float", 60.0, 240.0)  # at 60 Hz the configured low pass is too high
    (parameter,) = read_space(with_space({"preprocess": {"fs": fs}}))
    with pytest.raises(UserError, match=r"preprocess\.low_pass_hz"):
        configure(pipeline_config(), {parameter.name: 60.0})
    both = configure(pipeline_config(), {parameter.name: 60.0, "preprocess.low_pass_hz": 25.0})
    assert both.preprocess.fs == 60.0


def test_what_makes_beats_is_fixed_where_trials_make_them_and_only_there():
    config = pipeline_config()
    plain = describe_fixed(read_space(with_space({"model": GOOD["model"]})), config)
    assert {name.partition(".")[0] for name in plain} == {"model", "training"}
    whole = describe_fixed(read_space(with_space({"features": GOOD["features"]})), config)
    assert {"preprocess.window_before_s", "features.history_s", "dataset.leads"} <= whole.keys()
    assert "features.synthesis.run" in whole
    for searched in ("features.synthesis.pause", "features.channels", "training.seed"):
        assert searched not in whole


def test_a_boolean_is_no_number_on_a_parameter_of_choices():
    layers = ParameterConfig(choices=[1, 2])
    (parameter,) = read_space(with_space({"model": {"layers": layers}}))
    assert parameter.holds(1)
    assert not parameter.holds(True)


def test_spaces_that_differ_are_told_apart():
    texts = []
    for high in (8, 9):
        parameter = ParameterConfig("int", 1, high)
        texts.append(describe_space(read_space(with_space({"model": {"units": parameter}}))))
    assert texts[0].keys() == texts[1].keys()
    assert texts[0] != texts[1]
