"""The pruning measurement: epochs are counted as they are run, and nothing is trained twice."""

import json

import pytest
from optuna.exceptions import TrialPruned

from default_config import pipeline_config
from ecg_anomaly.search.trials import OBJECTIVE, SweepTrial
from lab.timing import sweep_pruning
from lab.timing.sweep_pruning import (
    KnownCurves,
    PrunedSearch,
    compare_searches,
    list_finished,
    search,
)

EPOCHS = 9


def curve_of(config):
    """Return a curve that rises to its value, best at a high noise; far apart beside the margin."""
    return [10 * config.training.noise * (1 - 0.5**epoch) for epoch in range(1, EPOCHS + 1)]


def train(config, report):
    for epoch, value in enumerate(curve_of(config), start=1):
        report({"epoch": float(epoch), OBJECTIVE: value})
    return curve_of(config)[-1]


def trial(number, state, n_epochs, value=None):
    epochs = [{"epoch": float(e)} for e in range(1, n_epochs + 1)]
    return SweepTrial(number, state, {}, value, epochs, "", None, "", 1, 0.0)


def test_epochs_count_until_each_finished_trial():
    trials = [
        trial(0, "finished", 9, 0.5), trial(1, "pruned", 2, 0.9), trial(2, "finished", 9, 0.7),
        trial(3, "failed", 1), trial(4, "finished", 9, 0.8),
    ]  # fmt: skip
    assert list_finished(trials) == [(9, 0.5), (20, 0.7), (30, 0.8)]


def test_the_share_is_that_of_the_first_trial_as_good():
    one = PrunedSearch(1, 0.9, 180, [], [(9, 0.5), (18, 0.8), (27, 0.9)], 27, 3)
    assert one.share_until(0.8) == 0.1
    assert one.share_until(0.5) == 0.05
    assert one.share_until(0.95) == float("inf")


def test_a_worker_prints_what_is_read_back(monkeypatch, capsys, tmp_path, few):
    monkeypatch.setattr(sweep_pruning, "read_trial_beats", lambda *_: None)
    monkeypatch.setattr(sweep_pruning, "train_trial", lambda _, c, report: train(c, report))
    sweep_pruning.pruning_worker(str(tmp_path / "curves.json"), "random", "1")
    one = PrunedSearch(**json.loads(capsys.readouterr().out))
    assert one.budget == 10 * EPOCHS
    assert len(one.again) == 2


def test_a_search_ends_with_its_trials_or_with_its_epochs():
    whole = search(train, 4, 10**9, seed=1, pruner="none")
    assert [len(t.epochs) for t in whole] == [EPOCHS] * 4
    cut = search(train, 4, 2 * EPOCHS, seed=1, pruner="none")
    assert [t.params for t in cut] == [t.params for t in whole[:2]]


def test_random_draws_are_the_same_with_pruning_and_without():
    drawn = {"seed": 1, "sampler": "random"}
    whole = search(train, 6, 10**9, pruner="none", **drawn)
    assert [t.params for t in search(train, 6, 10**9, **drawn)] == [t.params for t in whole]


@pytest.fixture
def few(monkeypatch):
    """Let the unpruned searches have half as many trials."""
    monkeypatch.setattr(sweep_pruning, "N_UNPRUNED", 10)


@pytest.mark.parametrize("sampler", ["random", "tpe"])
def test_where_early_epochs_tell_everything_pruning_pays(sampler, few):
    one = compare_searches(train, 1, sampler)
    assert 0 < one.share_until(one.best) < 0.6
    assert one.again == [one.best] * 2  # this training knows no luck


def test_known_curves_train_once_and_stop_where_they_are_told_to(tmp_path):
    calls = []

    def counted(config, report):
        calls.append(config)
        return train(config, report)

    path, config, heard = tmp_path / "curves.json", pipeline_config(), []
    known = KnownCurves(counted, path)
    values = [known(config, heard.append) for _ in range(2)]
    values.append(KnownCurves(counted, path)(config, heard.append))  # in the next call
    assert len(calls) == 1
    assert values[0] == values[1] == values[2]
    assert heard[:EPOCHS] == heard[EPOCHS : 2 * EPOCHS] == heard[2 * EPOCHS :]

    def stop(metrics):
        raise TrialPruned

    with pytest.raises(TrialPruned):
        known(config, stop)


def test_a_training_that_was_stopped_is_not_taken_for_a_whole_one(tmp_path):
    known, config = KnownCurves(train, tmp_path / "curves.json"), pipeline_config()

    def stop(metrics):
        raise TrialPruned

    with pytest.raises(TrialPruned):
        known(config, stop)
    heard = []
    known(config, heard.append)
    assert len(heard) == EPOCHS
