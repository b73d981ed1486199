"""A trial: what the storage says of it, how trials are counted, values in the configuration."""

import optuna
import pytest
from optuna.trial import TrialState, create_trial

from default_config import pipeline_config
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.trials import (
    EPOCH,
    OBJECTIVE,
    REASON,
    SEED,
    WORKER,
    best_trial,
    configure,
    configure_trial,
    count_ended,
    count_states,
    read_trial,
    to_study,
    value_of,
    worker_number,
)

STATES = {
    "finished": {"state": TrialState.COMPLETE, "value": 0.5},
    "pruned": {"state": TrialState.PRUNED, "value": 0.4},
    "failed": {"state": TrialState.PRUNED, "user_attrs": {REASON: "diverged"}},
    "killed": {"state": TrialState.FAIL},
    "running": {"state": TrialState.RUNNING},
    "waiting": {"state": TrialState.WAITING},
}


def trials_of(*states):
    return [read_trial(create_trial(**STATES[state])) for state in states]


@pytest.mark.parametrize("state", STATES)
def test_a_trial_has_the_state_that_its_worker_left(state):
    assert read_trial(create_trial(**STATES[state])).state == state


def test_a_trial_has_its_epochs_in_order_with_every_metric():
    attrs = {f"{EPOCH}1": {"loss": 1.0}, f"{EPOCH}2": {"loss": 0.5}, SEED: 7, WORKER: "3 on node"}
    frozen = create_trial(value=0.6, intermediate_values={2: 0.6, 1: 0.3}, user_attrs=attrs)
    trial = read_trial(frozen)
    assert trial.epochs == [
        {"epoch": 1.0, "loss": 1.0, OBJECTIVE: 0.3},
        {"epoch": 2.0, "loss": 0.5, OBJECTIVE: 0.6},
    ]
    assert (trial.seed, trial.worker, trial.value) == (7, "3 on node", 0.6)


def test_trials_that_ended_by_themselves_count_and_the_best_has_finished():
    trials = trials_of(*STATES)
    assert count_ended(trials) == 3
    assert count_states(trials) == dict.fromkeys(STATES, 1)
    assert best_trial(trials) is trials[0]
    assert best_trial(trials[1:]) is None


@pytest.mark.parametrize(("name", "number"), [("3 on node-1", 3), ("12 on 7", 12), ("", None)])
def test_a_worker_is_known_by_its_number(name, number):
    assert worker_number(name) == number


def test_values_of_a_trial_take_the_place_of_the_configured_ones():
    config = pipeline_config()
    params = {"model.units": 7, "features.channels": "signal", "features.synthesis.pause": 0.05}
    changed = configure_trial(config, params, seed=9)
    assert {name: value_of(changed, name) for name in params} == params
    assert changed.features.channels == ["signal"]
    assert changed.training.seed == 9
    assert changed.dataset == config.dataset
    with pytest.raises(UserError, match=r"model\.units"):
        configure(config, {"model.units": 0})


def test_a_study_holds_a_list_as_text_and_other_values_as_they_are():
    assert to_study(["a", "b"]) == "a + b"
    study = optuna.create_study()
    trial = study.ask()
    assert trial.suggest_categorical("x", [to_study(["a"])]) == "a"
    for value in (1, 0.5, True, "a"):
        assert to_study(value) is value
