"""The slots of a study: exact in number, whoever is killed, and never of another study."""

from optuna.trial import TrialState
from toy_sweep import toy_config

from ecg_anomaly.search.ending import end_trial
from ecg_anomaly.search.repair import fail_running
from ecg_anomaly.search.slots import fill_slots
from ecg_anomaly.search.space import read_space
from ecg_anomaly.search.study import read_trials
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
