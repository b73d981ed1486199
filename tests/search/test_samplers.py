"""Samplers draw their own; halving lets the better part continue and leaves out killed trials."""

import optuna
import pytest
from optuna.trial import TrialState, create_trial

from default_config import search_config
from ecg_anomaly.search.samplers import Halving, make_pruner, make_sampler
from ecg_anomaly.search.study import quiet
from ecg_anomaly.search.trials import REASON


@pytest.fixture
def study():
    quiet()
    return optuna.create_study(direction="maximize", pruner=Halving(1, 3))


def add(study, curve, state=TrialState.PRUNED, **attrs):
    values = dict(enumerate(curve, start=1))
    value = curve[-1] if state == TrialState.COMPLETE else None
    study.add_trial(
        create_trial(state=state, value=value, intermediate_values=values, user_attrs=attrs)
    )


def pruned_at(study, curve):
    """Epoch at which a new trial with this curve is pruned; None when it is not."""
    trial = study.ask()
    for epoch, value in enumerate(curve, start=1):
        trial.report(value, epoch)
        if trial.should_prune():
            return epoch
    return None


def test_the_first_trial_runs_all_its_epochs(study):
    assert pruned_at(study, [0.1] * 27) is None


def test_the_better_third_goes_on_and_no_other(study):
    for value in range(10):
        add(study, [value / 10])
    assert pruned_at(study, [0.75]) is None  # third of eleven: two are better, three go on
    assert pruned_at(study, [0.65]) == 1


def test_a_trial_is_compared_after_1_3_9_epochs_only(study):
    for _ in range(9):
        add(study, [0.1, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9], TrialState.COMPLETE)
    assert pruned_at(study, [0.5, 0.5]) is None
    assert pruned_at(study, [0.5, 0.95, 0.5]) == 3
    assert pruned_at(study, [0.5, 0.5, 0.95, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]) == 9


def test_equal_trials_go_on_together(study):
    for _ in range(5):
        add(study, [0.5])
    assert pruned_at(study, [0.5]) is None


def test_what_was_killed_has_no_say_and_what_failed_has(study):
    for _ in range(6):
        add(study, [0.9], TrialState.FAIL)
    assert pruned_at(study, [0.1]) is None
    for _ in range(6):
        add(study, [0.9], TrialState.PRUNED, **{REASON: "diverged"})
    assert pruned_at(study, [0.1]) == 1


def test_who_is_worse_by_no_more_than_the_margin_goes_on_too():
    for value, epoch in ((0.66, None), (0.64, 1)):  # three of eleven go on, the last one has 0.7
        study = optuna.create_study(direction="maximize", pruner=Halving(1, 3, margin=0.05))
        for other in range(10):
            add(study, [other / 10])
        assert pruned_at(study, [value]) == epoch


def test_the_configured_margin_is_the_pruners():
    for margin, epoch in ((0.0, 1), (0.2, None)):
        config = search_config(margin=margin, first_rung=1, reduction=3)
        study = optuna.create_study(direction="maximize", pruner=make_pruner(config, 9))
        for value in range(10):
            add(study, [value / 10])
        assert pruned_at(study, [0.55]) == epoch


@pytest.mark.parametrize(("first", "reduction", "rungs"), [(1, 2, {1, 2, 4, 8}), (2, 3, {2, 6})])
def test_rungs_multiply(first, reduction, rungs):
    pruner = Halving(first, reduction)
    assert {step for step in range(1, 11) if pruner._is_rung(step)} == rungs


def test_none_prunes_nothing():
    study = optuna.create_study(
        direction="maximize", pruner=make_pruner(search_config(pruner="none"), 9)
    )
    for _ in range(9):
        add(study, [0.9] * 9, TrialState.COMPLETE)
    assert pruned_at(study, [0.1] * 9) is None


@pytest.mark.parametrize("kind", ["tpe", "random"])
def test_every_worker_and_every_start_of_one_draws_its_own_and_draws_it_again(kind):
    config = search_config(sampler=kind)

    def draw(worker, before):
        study = optuna.create_study(sampler=make_sampler(config, worker, before))
        return study.ask().suggest_float("x", 0, 1)

    starts = [(worker, before) for worker in range(5) for before in range(4)]
    draws = [draw(*start) for start in starts]
    assert len(set(draws)) == 20
    assert draws == [draw(*start) for start in starts]


def test_the_seed_of_a_worker_is_the_base_seed_and_its_number():
    def draw(seed, worker):
        sampler = make_sampler(search_config(sampler="random", seed=seed), worker)
        return optuna.create_study(sampler=sampler).ask().suggest_float("x", 0, 1)

    assert draw(5, 2) == draw(7, 0)
