"""Replays decide as the pruner of a sweep does, and count epochs as the search would."""

import json

import numpy as np
import optuna
import pytest

from ecg_anomaly.search.objective import value_of_trial
from ecg_anomaly.search.samplers import Halving
from lab.timing import pruning_replay
from lab.timing.pruning_replay import (
    N_UNPRUNED,
    Rule,
    compare_seeds,
    correlate,
    foresee,
    list_rules,
    measure_replays,
    replay,
    rule_in_use,
)


def draw_curves(n: int = 40, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    """Curves that rise to a value of their own, with noise on each epoch."""
    rng = np.random.default_rng(seed)
    value = rng.uniform(0.8, 1.0, n)
    return value[:, None] * (1 - 0.5 ** np.arange(1, 10)) + rng.normal(0, noise, (n, 9))


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


def test_a_pruner_that_knows_all_pays_for_looking():
    assert foresee(1, 9)[0] == 9 / 180
    assert foresee(3, 9)[-1] == (19 * 3 + 9) / 180


def test_rules_compare_before_the_last_epoch():
    assert rule_in_use() in list(list_rules())
    assert all(max(rule.rungs) < 9 and rule.mean_of <= rule.rungs[0] for rule in list_rules())


def test_seeds_are_compared_network_by_network():
    curves = draw_curves(12)
    assert compare_seeds(curves, curves[:9]) == (9, pytest.approx(1.0))
    stopped = curves.copy()
    stopped[0, -1] = np.nan
    assert compare_seeds(curves, stopped)[0] == 11
    assert compare_seeds(curves, draw_curves(12, noise=0.3))[1] < 0.9


def test_the_tables_are_printed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(pruning_replay, "ORDERS", 5)
    path = tmp_path / "curves.json"
    path.write_text(json.dumps({"cpu_s": 9.0, "curves": draw_curves().tolist()}))
    path.with_suffix(".again.json").write_text(path.read_text())
    measure_replays(str(path))
    said = capsys.readouterr().out
    assert "40 trials of 9 epochs" in said
    assert "40 trained again with another seed: rank correlation of the values 1.00" in said
    assert "| no pruning |" in said
    assert "| in use: one in 2 after 1, 2, 4, 8, margin 0.012 |" in said
    assert "| 1 epochs tell all | " in said
