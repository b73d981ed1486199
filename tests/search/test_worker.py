"""A worker does every slot once, whatever the trials do, and repeats itself."""

import threading
from contextlib import suppress

import pytest
from optuna.exceptions import TrialPruned
from toy_sweep import EPOCHS, SPACE, toy_objective, toy_value
from turns import KilledError

from ecg_anomaly.config.search_schema import AxisConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.search.attempt import trial_seed
from ecg_anomaly.search.repair import fail_running
from ecg_anomaly.search.slots import fill_slots
from ecg_anomaly.search.study import read_trials
from ecg_anomaly.search.trials import OBJECTIVE, best_trial, count_states
from ecg_anomaly.search.worker import Worker


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Let idle workers look more often: they end sooner, and race more."""
    monkeypatch.setattr("ecg_anomaly.search.worker.IDLE_S", 0.01)


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


def work(begun, objective):
    storage, config, axes, study = begun
    Worker(storage, config, axes, objective).work()
    return read_trials(study)


def told(trials):
    """Return what a study says of its slots, whatever the numbers of its trials."""
    ended = sorted((t for t in trials if t.state != "killed"), key=lambda t: t.slot)
    return [(t.slot, t.state, dict(t.params), t.value, t.epochs) for t in ended]


def test_every_slot_ends_once_and_some_are_pruned(begin):
    trials = work(begin(n_trials=20), toy_objective())
    count = count_states(trials)
    assert [t.slot for t in trials] == list(range(20))
    assert count["finished"] + count["pruned"] == 20
    assert count["pruned"] >= 5
    assert all(len(t.epochs) < EPOCHS for t in trials if t.state == "pruned")
    assert all(len(t.epochs) == EPOCHS for t in trials if t.state == "finished")
    assert best_trial(trials).value == max(t.value for t in trials if t.state == "finished")


@pytest.mark.parametrize("pruner", ["none", "hyperband", "halving"])
@pytest.mark.parametrize("sampler", ["tpe", "random"])
def test_two_sweeps_of_one_worker_are_equal(begin, tmp_path, sampler, pruner):
    settings = {"n_trials": 12, "sampler": sampler, "pruner": pruner}
    one = told(work(begin(study="one", **settings), toy_objective()))
    two = told(work(begin(study="one", folder=tmp_path / "two", **settings), toy_objective()))
    assert one == two
    assert len({str(params) for _, _, params, _, _ in one}) == 12
    assert (pruner == "none") == all(state == "finished" for _, state, *_ in one)


def test_another_seed_draws_other_trials(begin):
    one, two = (work(begin(study=f"s{seed}", seed=seed), toy_objective()) for seed in (1, 2))
    assert one[0].params == two[0].params  # the configured network
    assert all(a.params != b.params for a, b in zip(one[1:], two[1:], strict=True))


def test_a_sweep_that_was_killed_finds_what_an_uninterrupted_one_finds(begin):
    whole = told(work(begin(n_trials=14, study="whole"), toy_objective()))
    begun = begin(n_trials=14, study="cut")
    _, config, axes, study = begun
    objective = kill_at(1, 4, 5, 11)
    for _ in range(4):
        with pytest.raises(KilledError):
            work(begun, objective)
        fail_running(study, lambda _: True)
        fill_slots(study, config, axes)
    trials = work(begun, objective)
    assert count_states(trials)["killed"] == 4
    assert told(trials) == whole


def test_a_worker_that_lost_a_trial_between_two_claims_finds_it_again(begin):
    begun = begin(n_trials=3)
    with pytest.raises(KilledError):
        work(begun, kill_at(2))
    trials = work(begun, toy_objective())  # the same process, so the same name
    assert sorted(t.slot for t in trials if t.state in ("finished", "pruned")) == [0, 1, 2]


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


def test_an_equal_trial_is_not_trained_again(begin):
    calls = []

    def objective(config, report):
        calls.append(config.model.layers)
        if config.model.layers == 2:
            raise MemoryError
        return toy_objective()(config, report)

    space = {"model": {"layers": AxisConfig(choices=[1, 2])}}
    trials = work(begin(n_trials=8, space=space), objective)
    assert sorted(calls) == [1, 2]
    assert sum(t.twin is not None for t in trials) == 6
    assert {t.state for t in trials} == {"finished", "failed"}
    for trial in trials:
        if trial.twin is not None:
            twin = trials[trial.twin]
            assert (trial.state, trial.value, trial.reason) == (twin.state, twin.value, twin.reason)


def test_a_trial_trains_with_the_seed_of_its_slot_and_keeps_it_when_tried_again(begin):
    seeds = []

    def objective(config, report):
        seeds.append(config.training.seed)
        return toy_objective()(config, report)

    begun = begin(n_trials=3)
    with pytest.raises(KilledError):
        work(begun, kill_at(2, objective=objective))
    work(begun, objective)
    assert sorted(seeds) == [trial_seed(begun[1], slot) for slot in range(3)]


def work_in_threads(begun, n_workers=4):
    """Let several workers share a study; return its trials and the seeds that were trained."""
    storage, config, axes, study = begun
    seeds = []

    def objective(c, report):
        seeds.append(c.training.seed)
        return toy_objective(0.002)(c, report)

    workers = [Worker(storage, config, axes, objective, f"w{n}") for n in range(n_workers)]
    threads = [threading.Thread(target=worker.work) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return read_trials(study), seeds


def test_several_workers_share_the_slots(begin):
    trials, seeds = work_in_threads(begin(n_trials=24))
    assert sorted(t.slot for t in trials if t.state in ("finished", "pruned")) == list(range(24))
    assert len(seeds) == len(set(seeds)) == 24


def test_no_claim_of_a_live_worker_is_taken_for_killed(begin):
    trials, _ = work_in_threads(begin(n_trials=24))
    assert len(trials) == 24


def test_a_slot_that_was_put_up_twice_is_done_once(begin):
    begun = begin(n_trials=3)
    calls = []
    begun[3].enqueue_trial({}, user_attrs={"slot": 1})

    def objective(config, report):
        calls.append(config.training.seed)
        return toy_objective()(config, report)

    trials = work(begun, objective)
    assert len(calls) == 3
    assert [t.slot for t in trials] == [0, 1, 2]


def test_the_space_of_the_toy_is_the_space_that_was_searched(begin):
    trials = work(begin(n_trials=2), toy_objective())
    names = {f"{group}.{key}" for group, keys in SPACE.items() for key in keys}
    assert all(set(t.params) == names for t in trials)


def test_slots_that_an_earlier_call_wanted_stay_waiting(begin, make_config):
    storage, _, axes, study = begin(n_trials=6)
    fewer = make_config(n_trials=2)
    trials = work((storage, fewer, axes, study), toy_objective())
    assert [t.slot for t in trials if t.state != "waiting"] == [0, 1]
