"""The table of replayed searches: how well early epochs rank trials, how far each rule comes."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from ecg_anomaly.search.objective import value_of_trial
from lab.timing.pruning_replay import (
    N_UNPRUNED,
    Curves,
    Rule,
    correlate,
    list_rules,
    replay_all,
    rule_in_use,
)
from lab.timing.trial_curves import collect_curves, one_thread, read_curves

#: The share of the unpruned search's epochs that is wanted.
WANTED = 0.35

#: Share of the time that is spent on training the same networks again, with seeds so far away.
SHARE_AGAIN, SHIFT = 0.25, 1000


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
