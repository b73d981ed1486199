"""Replays decide as the pruner of a sweep does, and count epochs as the search would."""

import numpy as np
import optuna
import pytest
from curves import draw_curves

from ecg_anomaly.search.objective import value_of_trial
from ecg_anomaly.search.samplers import Halving
from lab.timing.pruning_replay import (
    N_UNPRUNED,
    Rule,
    correlate,
    list_rules,
    replay,
    rule_in_use,
)


def pruned_by_optuna(curves: np.ndarray, rule: Rule) -> list[int]:
    """Epochs that each trial runs under the pruner of a sweep."""
    study = optuna.create_study(
        direction="maximize", pruner=Halving(rule.rungs[0], rule.one_in, rule.margin)
    )
    epochs = []
    for curve in curves:
        trial = study.ask()
        for epoch, value in enumerate(curve, start=1):
            trial.report(value, epoch)
            if epoch < len(curve) and trial.should_prune():
                break
        epochs.append(epoch)
        study.tell(trial, state=optuna.trial.TrialState.PRUNED)
    return epochs


@pytest.mark.parametrize("rule", [Rule((1, 3), 3, 0.006), Rule((2, 4, 8), 2, 0.0)])
def test_a_replay_prunes_as_the_sweep_does(rule: Rule, monkeypatch):
    monkeypatch.setattr(optuna.logging, "_default_handler", None)
    curves = draw_curves(noise=0.01)[:N_UNPRUNED]
    curves[:, -1] += np.arange(N_UNPRUNED) == N_UNPRUNED - 1  # the last is by far the best
    curves[-1] += 1
    values = np.array([value_of_trial(curve) for curve in curves])
    share = replay(curves, values, np.arange(N_UNPRUNED), rule)
    assert share * N_UNPRUNED * 9 == pytest.approx(sum(pruned_by_optuna(curves, rule)))


def test_without_pruning_the_best_is_found_where_it_is():
    curves = draw_curves()
    values = np.array([value_of_trial(curve) for curve in curves])
    order = np.arange(40)
    place = int(values[:N_UNPRUNED].argmax()) + 1
    share = replay(curves, values, order, Rule((), 2, 0.0))
    assert share == (place / N_UNPRUNED if place <= N_UNPRUNED / 2 else np.inf)


def test_epochs_without_noise_rank_as_the_value_does():
    assert all(one == two == pytest.approx(1.0) for _, one, two in correlate(draw_curves()))
    noisy = correlate(draw_curves(noise=0.1))
    assert noisy[0][1] < 0.9


def test_rules_compare_before_the_last_epoch():
    assert rule_in_use() in list(list_rules())
    assert all(max(rule.rungs) < 9 and rule.mean_of <= rule.rungs[0] for rule in list_rules())
