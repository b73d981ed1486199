"""A trial of the same values as another one: its result is taken, or it is trained again alone."""

from dataclasses import replace

import pytest
from toy_sweep import toy_objective, work

from ecg_anomaly.config.search_schema import ParameterConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.repeated_trials import train_again
from ecg_anomaly.search.trials import OBJECTIVE


def test_an_equal_trial_is_not_trained_again(begin):
    calls = []

    def objective(config, report):
        calls.append(config.model.layers)
        if config.model.layers == 2:
            raise MemoryError
        return toy_objective()(config, report)

    space = {"model": {"layers": ParameterConfig(choices=[1, 2])}}
    trials = work(begin(n_trials=8, space=space), objective)
    assert sorted(calls) == [1, 2]
    assert len(trials) == 8
    assert {t.state for t in trials} == {"finished", "failed"}
    copies = [t for t in trials if t.duplicate_of is not None]
    assert len(copies) == 6
    for trial in copies:
        first = trials[trial.duplicate_of]
        assert (trial.state, trial.value, trial.reason) == (first.state, first.value, first.reason)
        assert trial.params == first.params


def test_one_trial_is_trained_again_with_the_same_result(begin, capsys):
    begun = begin(n_trials=6, seed=40)
    _, config, parameters, study = begun

    def noisy(c, report):
        value = toy_objective()(c, lambda _: None) + c.training.seed
        report({"epoch": 1.0, OBJECTIVE: value})
        return value

    trials = work(begun, noisy)
    for trial in (t for t in trials if t.state == "finished"):
        one = replace(config, search=replace(config.search, trial=trial.number))
        assert train_again(study, one, parameters, noisy) == trial.value
        said = capsys.readouterr()
        assert f"value {trial.value!r}, in the study {trial.value!r} (finished)" in said.out
        assert f"epoch 1: {trial.value!r}, in the study {trial.value!r}" in said.err


def test_a_trial_that_was_not_trained_cannot_be_trained_again(begin):
    space = {"model": {"layers": ParameterConfig(choices=[1])}}
    _, config, parameters, study = begun = begin(n_trials=2, space=space)
    work(begun, toy_objective())
    for number, word in ((99, "no trial 99"), (1, "choose trial 0")):
        one = replace(config, search=replace(config.search, trial=number))
        with pytest.raises(UserError, match=word):
            train_again(study, one, parameters, toy_objective())
