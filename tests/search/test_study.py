"""A study is refused to a call with something else, and repaired after a kill."""

import pytest
from toy_sweep import SPACE

from default_config import model_config, training_config
from ecg_anomaly.config.search_schema import ParameterConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import open_storage, study_folder
from ecg_anomaly.search.study import begin_study, join_study, read_trials, retry_running
from ecg_anomaly.search.trials import count_states

OTHER = {
    "a wider parameter": {
        "space": {**SPACE, "model": {"units": ParameterConfig("int", 4, 65, log=True)}}
    },
    "one parameter more": {
        "space": {**SPACE, "model": {**SPACE["model"], "layers": ParameterConfig(choices=[1, 2])}}
    },
    "one parameter less": {"space": {"model": SPACE["model"]}},
    "other beats to compare by": {"objective_beats": "synthetic"},
    "another seed": {"seed": 2},
}


@pytest.mark.parametrize("change", OTHER.values(), ids=OTHER.keys())
def test_a_study_made_with_something_else_is_refused_and_left_as_it_was(begin, make_config, change):
    _, config, _, _ = begin()
    path = study_folder(config.search) / "journal.log"
    before = path.read_bytes()
    other = make_config(**change)
    for enter in (begin_study, join_study):
        with pytest.raises(UserError, match=r"search\.study: the study 'toy' was made with") as e:
            enter(open_storage(other.search), other, read_space(other), "data")
        assert "\n" not in str(e.value)
    assert path.read_bytes() == before


def test_other_features_or_another_network_make_another_study(begin, make_config):
    _, _, parameters, _ = begin()
    config = make_config()
    with pytest.raises(UserError, match="data/features"):
        begin_study(open_storage(config.search), config, parameters, "other data")
    config.model = model_config(layers=2)
    with pytest.raises(UserError, match=r"model\.layers 1, not 2"):
        begin_study(open_storage(config.search), config, parameters, "data")


def test_what_changes_no_trial_makes_no_other_study(begin, make_config):
    _, _, parameters, study = begin()
    config = make_config(n_trials=50, n_workers=7, timeout_s=1.0, retries=0)
    config.training = training_config(epochs=4, seed=77)
    again = begin_study(open_storage(config.search), config, parameters, "data")
    assert again.user_attrs == study.user_attrs


def test_a_study_that_nobody_began_cannot_be_joined(make_config):
    config = make_config()
    with pytest.raises(UserError, match="no study 'toy'"):
        join_study(open_storage(config.search), config, read_space(config), "data")


def ask(study, parameters, **attrs):
    """Begin the next trial as a worker does; return it and its values."""
    trial = study.ask()
    for name, value in attrs.items():
        trial.set_user_attr(name, value)
    return trial, {p.name: p.suggest(trial) for p in parameters}


def test_the_first_trial_of_a_study_is_the_configured_network(begin):
    _, config, parameters, study = begin()
    _, first = ask(study, parameters)
    assert first["model.units"] == config.model.units
    assert first["training.learning_rate"] == config.training.learning_rate


def test_a_study_that_is_continued_gets_no_second_first_trial(begin):
    storage, config, parameters, study = begin()
    begin_study(storage, config, parameters, "data")
    assert [t.state for t in read_trials(study)] == ["waiting"]


def test_running_trials_fail_and_wait_again_with_their_values_and_seed(begin):
    _, _, parameters, study = begin()
    began = [ask(study, parameters, seed=seed)[1] for seed in (7, 8)]
    assert retry_running(study, retries=10) == 2
    assert [t.state for t in read_trials(study)] == ["killed", "killed", "waiting", "waiting"]
    again = [ask(study, parameters) for _ in range(2)]
    assert [values for _, values in again] == began
    assert [trial.user_attrs["seed"] for trial, _ in again] == [7, 8]


def test_a_trial_that_was_killed_before_it_had_all_values_draws_the_rest(begin):
    _, _, parameters, study = begin()
    ask(study, parameters)
    _, some = ask(study, parameters[:1])
    assert retry_running(study, retries=10, is_lost=lambda t: t.number == 1) == 1
    _, values = ask(study, parameters)
    assert values[parameters[0].name] == some[parameters[0].name]
    assert len(values) == len(parameters)


def test_only_trials_that_are_lost_are_retried_and_finished_ones_stay(begin):
    _, _, parameters, study = begin()
    for number in range(3):
        ask(study, parameters, worker=f"{number} on here")
    study.tell(0, 0.5)
    assert retry_running(study, 10, lambda t: t.worker in ("0 on here", "2 on here")) == 1
    assert [t.state for t in read_trials(study)] == ["finished", "running", "killed", "waiting"]
    assert read_trials(study)[0].value == 0.5


def test_values_that_kill_their_worker_every_time_are_given_up(begin):
    _, _, parameters, study = begin()
    for _ in range(3):
        ask(study, parameters, seed=1)
        retry_running(study, retries=2)
    assert count_states(read_trials(study)) == {"killed": 3}
