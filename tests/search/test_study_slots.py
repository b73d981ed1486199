"""The slots of a study: exact in number, whoever is killed, and never of another study."""

import pytest
from optuna.trial import TrialState
from toy_sweep import SPACE, toy_config

from ecg_anomaly.config.schema import ModelConfig, TrainingConfig
from ecg_anomaly.config.search_schema import AxisConfig
from ecg_anomaly.errors import UserError
from ecg_anomaly.search.ending import end_trial
from ecg_anomaly.search.repair import fail_running
from ecg_anomaly.search.slots import fill_slots
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.storage import open_storage, study_folder
from ecg_anomaly.search.study import begin_study, join_study, read_trials
from ecg_anomaly.search.trials import ENDED, REASON, best_trial, count_states


def claim(study):
    """Take the next waiting trial and draw its values, as a worker does."""
    trial = study.ask()
    axes = read_space(toy_config(".").search)
    return trial, {axis.name: axis.suggest(trial) for axis in axes}


def slots(study, *states):
    return sorted(t.slot for t in read_trials(study) if t.state in states)


def test_every_slot_waits_once_however_often_they_are_filled(begin):
    _, config, axes, study = begin(n_trials=5)
    for _ in range(3):
        fill_slots(study, config, axes)
    assert slots(study, "waiting") == [0, 1, 2, 3, 4]


def test_more_trials_are_more_slots_and_fewer_take_none_away(begin, make_config):
    _, _, axes, study = begin(n_trials=2)
    for n_trials in (4, 1):
        fill_slots(study, make_config(n_trials=n_trials), axes)
    assert slots(study, "waiting") == [0, 1, 2, 3]


def test_the_first_trial_is_the_configured_network(begin):
    _, config, _, study = begin()
    _, first = claim(study)
    assert first["model.units"] == config.model.units
    assert first["training.learning_rate"] == config.training.learning_rate


def test_what_a_killed_worker_was_at_is_tried_again_with_the_same_values(begin):
    _, config, axes, study = begin(n_trials=2)
    for _ in range(2):
        claim(study)
    before = {t.slot: dict(t.params) for t in read_trials(study)}
    assert fail_running(study, lambda _: True) == 2
    fill_slots(study, config, axes)
    assert slots(study, "killed") == [0, 1]
    assert slots(study, "waiting") == [0, 1]
    assert [claim(study)[1] for _ in range(2)] == [before[0], before[1]]


def test_a_trial_that_kills_its_worker_every_time_has_failed(begin):
    _, config, axes, study = begin(n_trials=2, retries=2)
    while not slots(study, "failed"):
        claim(study)
        fail_running(study, lambda _: True)
        fill_slots(study, config, axes)
    (gone,) = [t for t in read_trials(study) if t.state == "failed"]
    assert slots(study, "killed").count(gone.slot) == 3
    assert "memory" in gone.reason
    fill_slots(study, config, axes)
    assert len(slots(study, *ENDED, "waiting")) == 2


def test_a_trial_that_failed_by_itself_is_not_tried_again(begin):
    _, config, axes, study = begin(n_trials=1)
    trial, _ = claim(study)
    trial.set_user_attr(REASON, "diverged")
    end_trial(study, trial.number, TrialState.FAIL)
    fill_slots(study, config, axes)
    assert [(t.state, t.reason) for t in read_trials(study)] == [("failed", "diverged")]


def test_ending_a_trial_twice_keeps_the_first_word(begin):
    *_, study = begin(n_trials=1)
    trial, _ = claim(study)
    assert end_trial(study, trial.number, TrialState.COMPLETE, 0.5)
    assert not end_trial(study, trial.number, TrialState.FAIL)
    assert read_trials(study)[0].value == 0.5


def test_a_slot_that_ended_twice_counts_once(begin):
    _, _, _, study = begin(n_trials=1)
    study.enqueue_trial({}, user_attrs={"slot": 0})
    for value in (0.5, 0.7):
        trial, _ = claim(study)
        end_trial(study, trial.number, TrialState.COMPLETE, value)
    assert count_states(read_trials(study)) == {"finished": 1}
    assert best_trial(read_trials(study)).value == 0.5


OTHER = {
    "a wider axis": {"space": {**SPACE, "model": {"units": AxisConfig("int", 4, 65, log=True)}}},
    "one axis more": {
        "space": {**SPACE, "model": {**SPACE["model"], "layers": AxisConfig(choices=[1, 2])}}
    },
    "one axis less": {"space": {"model": SPACE["model"]}},
    "another judge": {"judged": "made"},
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
            enter(open_storage(other.search), other, read_space(other.search), "data")
        assert "\n" not in str(e.value)
    assert path.read_bytes() == before


def test_other_features_or_another_network_make_another_study(begin, make_config):
    _, _, axes, _ = begin()
    config = make_config()
    with pytest.raises(UserError, match="data/features"):
        begin_study(open_storage(config.search), config, axes, "other data")
    config.model = ModelConfig(layers=2)
    with pytest.raises(UserError, match=r"model\.layers 1, not 2"):
        begin_study(open_storage(config.search), config, axes, "data")


def test_what_changes_no_trial_makes_no_other_study(begin, make_config):
    _, _, axes, study = begin()
    config = make_config(n_trials=50, n_workers=7, timeout_s=1.0, retries=0)
    config.training = TrainingConfig(epochs=4, seed=77)
    again = begin_study(open_storage(config.search), config, axes, "data")
    assert again.user_attrs == study.user_attrs


def test_a_study_that_nobody_began_cannot_be_joined(make_config):
    config = make_config()
    with pytest.raises(UserError, match="no study 'toy'"):
        join_study(open_storage(config.search), config, read_space(config.search), "data")
