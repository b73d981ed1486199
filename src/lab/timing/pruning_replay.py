"""Replay searches over curves that are known: how much pruning could save, and what limits it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from ecg_anomaly.search.objective import value_of_trial
from lab.timing.timed_studies import SMALL, default_search

Curves = NDArray[np.float64]

#: Trials of the search without pruning.
N_UNPRUNED = 20

#: Searches that are replayed: orders in which the trials are drawn.
ORDERS = 1000


@dataclass(frozen=True)
class Rule:
    """Which trials continue, as `ecg_anomaly.search.samplers.Halving` decides.

    Attributes
    ----------
    rungs : tuple of int
        Epochs after which a trial is compared with those before it.
    one_in : int
        One in so many continues.
    margin : float
        And those that are worse by at most this.
    mean_of : int
        The mean of so many epochs is compared, the last ones.
    """

    rungs: tuple[int, ...]
    one_in: int
    margin: float
    mean_of: int = 1

    def signal(self, curves: Curves, rung: int) -> NDArray[np.float64]:
        """Return what is compared of each curve after an epoch, (n,)."""
        return curves[:, max(0, rung - self.mean_of) : rung].mean(axis=1)


def list_rungs(first: int, one_in: int) -> tuple[int, ...]:
    """Return the epochs after which trials are compared, before the last one."""
    return tuple(r for r in (first * one_in**k for k in range(SMALL.epochs)) if r < SMALL.epochs)


def rule_in_use() -> Rule:
    """Return the rule of conf/search/default.yaml."""
    said = default_search()
    first, one_in = said["first_rung"], said["reduction"]
    return Rule(list_rungs(first, one_in), one_in, said["margin"])


def list_rules() -> Iterator[Rule]:
    """List the rules that are tried: first rung, reduction, margin, mean."""
    for first, one_in, margin, mean_of in product(
        (1, 2, 3), (2, 3, 4, 6), (0.0, 0.002, 0.006, 0.012), (1, 2, 3)
    ):
        if mean_of <= first:
            yield Rule(list_rungs(first, one_in), one_in, margin, mean_of)


def replay(
    curves: Curves, values: NDArray[np.float64], order: NDArray[np.intp], rule: Rule
) -> float:
    """Return the share of the unpruned search's epochs until its best value; infinite past half.

    Parameters
    ----------
    curves : (n, epochs) float
        The objective after each epoch of whole trainings.
    values : (n,) float
        Of the trials, see `value_of_trial`.
    order : (n,) int
        In which the trials are drawn; the first `N_UNPRUNED` are the unpruned search.
    rule : Rule
    """
    n_epochs = curves.shape[1]
    best = values[order[:N_UNPRUNED]].max()
    signals = [rule.signal(curves, rung) for rung in rule.rungs]
    seen: list[list[float]] = [[] for _ in rule.rungs]
    spent, budget = 0, N_UNPRUNED * n_epochs
    for trial in order:
        ended = n_epochs
        for rung, signal, others in zip(rule.rungs, signals, seen, strict=True):
            mine = float(signal[trial])
            better = sum(value > mine + rule.margin for value in others)
            going_on = max(1, (len(others) + 1) // rule.one_in)
            others.append(mine)
            if better >= going_on:
                ended = rung
                break
        spent += ended
        if ended == n_epochs and values[trial] >= best:
            return spent / budget
        if spent > budget / 2:
            break
    return float("inf")


def replay_all(
    curves: Curves, rules: Sequence[Rule], seed: int = 0
) -> list[tuple[Rule, NDArray[np.float64]]]:
    """Replay every rule over the same orders; the shares of each, (ORDERS,)."""
    rng = np.random.default_rng(seed)
    values = np.array([value_of_trial(curve) for curve in curves])
    orders = [rng.permutation(len(curves)) for _ in range(ORDERS)]
    return [
        (rule, np.array([replay(curves, values, order, rule) for order in orders]))
        for rule in rules
    ]


def correlate(curves: Curves) -> list[tuple[int, float, float]]:
    """Return each epoch with its rank correlation, and that of the mean of two, with the value."""
    values = [value_of_trial(curve) for curve in curves]
    found = []
    for epoch in range(1, curves.shape[1] + 1):
        one, two = (
            float(spearmanr(Rule((), 2, 0.0, mean_of).signal(curves, epoch), values).statistic)
            for mean_of in (1, 2)
        )
        found.append((epoch, one, two))
    return found
