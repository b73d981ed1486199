"""How many epochs a pruned search needs for the best value of an unpruned one, seed by seed."""

import json
import math
import os
import statistics
import subprocess
from collections.abc import Sequence
from subprocess import PIPE

from ecg_anomaly.search.worker_processes import ONE_THREAD
from lab.timing.sweep_pruning import PrunedSearch

SEEDS = range(1, 6)


def measure_pruning(command: list[str], file: str, sampler: str = "random", *seeds: str) -> None:
    """Print, seed by seed, the epochs that a pruned search needs for the unpruned one's best.

    Parameters
    ----------
    command : list of str
        Command line of `pruning_worker`, without its arguments: each seed has a process.
    file : str
        Keeps the trainings: a call that was cut off goes on from there.
    sampler : str
        Of the draws.
    *seeds : str
        By default 1 to 5.
    """
    searches = []
    print("| seed | unpruned best | trained again | pruned best | epochs | until the best |")
    print("|---|---|---|---|---|---|")
    for seed in seeds or tuple(map(str, SEEDS)):
        line = [*command, file, sampler, seed]
        done = subprocess.run(line, env={**os.environ, **ONE_THREAD}, stdout=PIPE, check=True)
        searches.append(PrunedSearch(**json.loads(done.stdout.splitlines()[-1])))
        print(describe_search(searches[-1]), flush=True)
    luck = measure_luck(searches)
    for name, less in (("its best", 0.0), (f"within {luck:.4f} of it", luck)):
        shares = [one.share_until(one.best - less) for one in searches]
        said = ", ".join(f"{share:.0%}" for share in shares)
        print(f"share of the epochs until {name}: {said}; median {statistics.median(shares):.0%}")


def measure_luck(searches: Sequence[PrunedSearch]) -> float:
    """Return the standard deviation of the value of one network over seeds of its training.

    Pooled over the networks: each has a mean of its own.
    """
    return math.sqrt(statistics.fmean(statistics.variance(one.again) for one in searches))


def describe_search(one: PrunedSearch) -> str:
    """Describe a search in a row of the table."""
    again = ", ".join(f"{value:.4f}" for value in one.again)
    pruned = max((value for _, value in one.found), default=float("nan"))
    spent = f"{one.epochs} of {one.budget}, {one.trials} trials"
    share = one.share_until(one.best)
    reached = f"{share:.0%}" if math.isfinite(share) else "not reached"
    return f"| {one.seed} | {one.best:.4f} | {again} | {pruned:.4f} | {spent} | {reached} |"
