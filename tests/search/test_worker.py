"""A worker trains trials until there are enough, whatever they do, and repeats itself."""

import threading
from contextlib import suppress

import pytest
from optuna.exceptions import TrialPruned
from toy_sweep import EPOCHS, SPACE, toy_objective, toy_value, work

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.study import read_trials, retry_running
from ecg_anomaly.search.trials import OBJECTIVE, best_trial, count_ended, count_states
from ecg_anomaly.search.worker import Worker


class KilledError(BaseException):
    """Stands for SIGKILL: no clause of a worker catches it."""


def kill_at(*calls, objective=None):
    """Return a training that dies at some of its calls, in the middle of an epoch."""
    count, train = [0], objective or toy_objective()

    def objective_or_death(config, report):
        count[0] += 1
        if count[0] in calls:
            with suppress(TrialPruned):
                report({"epoch": 1.0, OBJECTIVE: toy_value(config) / 2})
            raise KilledError
        return train(config, report)

    return objective_or_death


def results(trials):
    """Return what a study says of its trials, but when and where."""
    return [(t.state, dict(t.params), t.value, t.epochs, t.seed) for t in trials]


def test_a_worker_alone_does_as_many_trials_as_wanted_and_prunes_some(begin):
    trials = work(begin(n_trials=20), toy_objective())
    count = count_states(trials)
    assert [t.number for t in trials] == list(range(20))
    assert count["finished"] + count["pruned"] == 20
    assert count["pruned"] >= 5
    assert all(len(t.epochs) < EPOCHS for t in trials if t.state == "pruned")
    assert all(len(t.epochs) == EPOCHS for t in trials if t.state == "finished")
    assert best_trial(trials).value == max(t.value for t in trials if t.state == "finished")


def test_a_study_with_enough_trials_is_left_as_it_is(begin, make_config):
    storage, _, parameters, study = begun = begin(n_trials=3)
    before = results(work(begun, toy_objective()))
    fewer = make_config(n_trials=2)
    assert results(work((storage, fewer, parameters, study), toy_objective())) == before


def test_a_study_is_continued_with_new_values_by_a_larger_number(begin, make_config):
    for sampler in ("tpe", "random"):
        name = {"study": sampler, "sampler": sampler}
        storage, _, parameters, study = begun = begin(n_trials=5, **name)
        before = results(work(begun, toy_objective()))
        more = make_config(n_trials=12, **name)
        after = work((storage, more, parameters, study), toy_objective())
        assert results(after)[:5] == before
        assert len({str(t.params) for t in after}) == len(after) == 12


@pytest.mark.parametrize("pruner", ["none", "hyperband", "halving"])
@pytest.mark.parametrize("sampler", ["tpe", "random"])
def test_two_sweeps_of_one_worker_are_equal(begin, tmp_path, sampler, pruner):
    settings = {"n_trials": 12, "sampler": sampler, "pruner": pruner}
    one = results(work(begin(study="one", **settings), toy_objective()))
    two = results(work(begin(study="one", folder=tmp_path / "two", **settings), toy_objective()))
    assert one == two
    assert len({str(params) for _, params, *_ in one}) == 12
    assert (pruner == "none") == all(state == "finished" for state, *_ in one)


def test_another_seed_and_another_worker_draw_other_trials(begin):
    others = [
        work(begin(study="a"), toy_objective()),
        work(begin(study="b", seed=100), toy_objective()),
        work(begin(study="c"), toy_objective(), number=1),
    ]
    assert others[0][0].params == others[1][0].params == others[2][0].params  # the configured one
    drawn = [{str(t.params) for t in trials[1:]} for trials in others]
    assert not drawn[0] & drawn[1]
    assert not drawn[0] & drawn[2]


def test_what_a_killed_worker_was_training_is_trained_again_with_its_values_and_seed(begin):
    begun = begin(n_trials=14)
    objective = kill_at(1, 4, 5, 11)
    for _ in range(4):
        with pytest.raises(KilledError):
            work(begun, objective)
        assert retry_running(begun[3], retries=10) == 1
    trials = work(begun, objective)
    assert count_states(trials) == count_states(trials) | {"killed": 4}
    assert count_ended(trials) == 14
    for killed in (t for t in trials if t.state == "killed"):
        again = [t for t in trials if t.seed == killed.seed and t.number > killed.number]
        assert again[0].params == killed.params
        assert again[-1].state in ("finished", "pruned")


FAILURES = {
    "does not fit": (UserError("model.samples_per_step", "8 does not divide", "use 4"), "8 does"),
    "no memory": (MemoryError(), "out of memory"),
    "a defect": (ZeroDivisionError("by zero"), "ZeroDivisionError: by zero"),
}


@pytest.mark.parametrize(("error", "word"), FAILURES.values(), ids=FAILURES.keys())
def test_a_trial_that_cannot_be_trained_fails_and_the_others_go_on(begin, error, word):
    def objective(config, report):
        if config.model.units > 20:
            raise error
        return toy_objective()(config, report)

    trials = work(begin(n_trials=15), objective)
    failed = [t for t in trials if t.state == "failed"]
    assert len(trials) == 15
    assert 0 < len(failed) < 10
    assert {t.params["model.units"] > 20 for t in failed} == {True}
    assert all(word in t.reason for t in failed)
    assert all(t.params["model.units"] <= 20 for t in trials if t.state != "failed")


def test_a_trial_whose_scores_are_not_numbers_fails(begin):
    def objective(config, report):
        report({"epoch": 1.0, OBJECTIVE: float("nan")})
        return 1.0

    trials = work(begin(n_trials=2), objective)
    assert [t.state for t in trials] == ["failed", "failed"]
    assert "not finite in epoch 1" in trials[0].reason


def test_a_trial_trains_with_the_base_seed_and_its_number(begin):
    begun = begin(n_trials=3, seed=40)
    assert [t.seed for t in work(begun, toy_objective())] == [40, 41, 42]


def work_in_threads(begun, n_workers=4):
    """Let several workers share a study; return its trials."""
    threads = [
        threading.Thread(target=work, args=(begun, toy_objective(0.002), number))
        for number in range(n_workers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return read_trials(begun[3])


def test_several_workers_do_the_wanted_number_and_at_most_one_more_each(begin):
    trials = work_in_threads(begin(n_trials=24))
    assert 24 <= count_ended(trials) < 24 + 4
    assert count_states(trials)["running"] == 0
    assert len({t.seed for t in trials}) == len(trials)
    assert len({str(t.params) for t in trials}) == len(trials)


def test_a_trial_that_was_taken_for_dead_is_left_to_others_and_the_worker_goes_on(begin, capsys):
    begun = begin(n_trials=3)
    study, calls = begun[3], []

    def objective(config, report):
        calls.append(config.training.seed)
        if len(calls) == 2:
            retry_running(study, retries=10)
        return toy_objective()(config, report)

    trials = work(begun, objective)
    assert count_ended(trials) == 3
    assert calls[1] == calls[2]  # the seed of the trial that is tried again
    assert count_states(trials)["killed"] == 1
    assert "taken for dead" in capsys.readouterr().err


def test_a_worker_of_a_journal_that_no_sweep_has_started_is_refused(begin, monkeypatch):
    monkeypatch.delenv("ECG_ANOMALY_SWEEP", raising=False)
    storage, config, parameters, study = begin()
    with pytest.raises(UserError, match=r"search\.worker: .* use search\.n_workers"):
        Worker(storage, config, parameters, toy_objective()).run()
    assert [t.state for t in read_trials(study)] == ["waiting"]


def test_the_space_of_the_toy_is_the_space_that_was_searched(begin):
    trials = work(begin(n_trials=2), toy_objective())
    names = {f"{group}.{key}" for group, keys in SPACE.items() for key in keys}
    assert all(set(t.params) == names for t in trials)
