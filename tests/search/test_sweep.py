"""The sweep: one at a time, repairs before and after, ends with enough trials or with the time."""

import sys

import pytest
from toy_sweep import toy_objective

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.study import read_trials
from ecg_anomaly.search.sweep import Sweep
from ecg_anomaly.search.trials import SEED, WORKER, count_states
from ecg_anomaly.search.worker import Worker
from ecg_anomaly.search.worker_processes import WorkerProcesses


@pytest.fixture
def make_sweep(begin, tmp_path):
    """Return a maker of a sweep without worker processes, and its study."""

    def make(watchers=(), **settings):
        storage, config, parameters, study = begin(n_workers=0, **settings)
        none = WorkerProcesses(0, lambda _: [sys.executable], tmp_path, 0)
        sweep = Sweep(study, storage, config, none, list(watchers))
        return sweep, study, lambda train: Worker(storage, config, parameters, train).work()

    return make


def begin_trial(study, seed=5):
    """Begin a trial as a worker does that is killed then."""
    trial = study.ask()
    trial.set_user_attr(WORKER, "0 on here")
    trial.set_user_attr(SEED, seed)


def test_a_study_with_enough_trials_ends_the_sweep_at_once(make_sweep):
    shown = []
    sweep, study, work = make_sweep([shown.append], n_trials=3)
    work(toy_objective())
    assert sweep.run()
    assert shown[0] == read_trials(study)


def test_what_a_killed_sweep_left_running_waits_again(make_sweep):
    sweep, study, _ = make_sweep(timeout_s=0.01)
    begin_trial(study)
    assert not sweep.run()  # the time is up
    assert count_states(read_trials(study)) == {"killed": 1, "waiting": 1}
    assert read_trials(study)[1].seed == 5


def test_what_is_under_way_when_the_sweep_ends_waits_again(make_sweep):
    started = []

    def start_late(trials):
        if not started:
            started.append(begin_trial(study))

    sweep, study, _ = make_sweep([start_late], timeout_s=0.01)
    assert not sweep.run()
    assert count_states(read_trials(study)) == {"killed": 1, "waiting": 1}


def test_a_sweep_of_which_nothing_can_be_trained_is_given_up(make_sweep):
    def fail(config, report):
        raise MemoryError

    sweep, _, work = make_sweep(n_trials=6)
    work(fail)
    with pytest.raises(UserError, match="all 6 trials failed, the last one: out of memory"):
        sweep.run()
