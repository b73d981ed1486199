"""Replay searches over curves that are known: how much pruning could save, and what limits it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from ecg_anomaly.search.objective import value_of_trial
from lab.timing.timed_studies import SMALL, default_search
from lab.timing.trial_curves import collect_curves, one_thread, read_curves

Curves = NDArray[np.float64]

#: Trials of the search without pruning, and the share of its epochs that is wanted.
N_UNPRUNED, WANTED = 20, 0.35

#: Share of the time that is spent on training the same networks again, with seeds so far away.
SHARE_AGAIN, SHIFT = 0.25, 1000

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


def measure_replays(path: str, most_s: str = "0") -> None:
    """Print how well early epochs rank trials, and how far every rule comes on the same curves.

    Parameters
    ----------
    path : str
        File of curves, see `collect_curves`.
    most_s : str
        Seconds of processor time to spend on curves before, some of them on the same networks with
        other seeds, which go into a file beside it, ``.again.json``.
    """
    again = Path(path).with_suffix(".again.json")
    if float(most_s) > 0:
        one_thread()
        collect_curves(Path(path), float(most_s) * (1 - SHARE_AGAIN))
        collect_curves(again, float(most_s) * SHARE_AGAIN, shift=SHIFT)
    curves = read_curves(Path(path))
    curves = curves[np.isfinite(curves).all(axis=1)]
    print(f"{len(curves)} trials of {curves.shape[1]} epochs")
    if again.is_file():
        n, alike = compare_seeds(read_curves(Path(path)), read_curves(again))
        print(f"{n} trained again with another seed: rank correlation of the values {alike:.2f}")
    print("| epoch | rank correlation with the value | of the mean of two epochs |\n|---|---|---|")
    for epoch, one, two in correlate(curves):
        print(f"| {epoch} | {one:.2f} | {two:.2f} |")
    whole = Rule((), 2, 0.0)
    found = replay_all(curves, [whole, rule_in_use(), *list_rules()])
    best = max(found[2:], key=lambda pair: (pair[1] <= WANTED).mean())
    known = [(epochs, foresee(epochs, curves.shape[1])) for epochs in (1, 2, 3)]
    print("| rule | within 35 % of the epochs | median share | never before half |")
    print("|---|---|---|---|")
    for name, (rule, shares) in zip(
        ("no pruning", "in use", "best of all"), (*found[:2], best), strict=True
    ):
        said = name if name == "no pruning" else f"{name}: {describe_rule(rule)}"
        within, never = (shares <= WANTED).mean(), np.isinf(shares).mean()
        print(f"| {said} | {within:.0%} | {np.median(shares):.0%} | {never:.0%} |")
    for epochs, shares in known:
        within = (shares <= WANTED).mean()
        print(f"| {epochs} epochs tell all | {within:.0%} | {np.median(shares):.0%} | 0% |")


def compare_seeds(curves: Curves, again: Curves) -> tuple[int, float]:
    """Compare the values of the same networks trained with two seeds.

    A signal that comes from another training than the trial's own, such as one on fewer subjects,
    knows nothing of its luck: its correlation with the value is at most the root of this one.

    Returns
    -------
    n : int
        Networks that both trained to the end.
    correlation : float
        Of their ranks.
    """
    n = min(len(curves), len(again))
    whole = np.isfinite(curves[:n]).all(axis=1) & np.isfinite(again[:n]).all(axis=1)
    values = [[value_of_trial(c) for c in side[:n][whole]] for side in (curves, again)]
    return int(whole.sum()), float(spearmanr(*values).statistic)


def foresee(looked_at: int, n_epochs: int) -> NDArray[np.float64]:
    """Return the shares of a pruner that knows each trial's value after so many epochs.

    It ends all but the best one, whose place among the unpruned trials is as likely as any other.
    """
    before = np.arange(N_UNPRUNED)
    return (before * looked_at + n_epochs) / (N_UNPRUNED * n_epochs)


def describe_rule(rule: Rule) -> str:
    """Describe a rule in a line."""
    rungs = ", ".join(map(str, rule.rungs))
    mean = f", mean of {rule.mean_of} epochs" if rule.mean_of > 1 else ""
    return f"one in {rule.one_in} after {rungs}, margin {rule.margin:g}{mean}"
