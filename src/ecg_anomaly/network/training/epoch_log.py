"""Print, pass on and write the metrics of each epoch of a training."""

import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

from ecg_anomaly.files.atomic import write_json, write_text

#: Metrics of an epoch by name.
Epoch = dict[str, float]


class EpochLog:
    """Prints the metrics of each epoch, passes them on, and writes them all in the end.

    Parameters
    ----------
    n_epochs : int
        Largest number of epochs, for the printed line.
    listeners : list of callable
        Each receives every epoch. Metrics of one of several folds begin with its number, as
        ``fold_1/loss``.

    Attributes
    ----------
    epochs : list of dict
        All epochs, fold by fold.
    """

    def __init__(self, n_epochs: int, listeners: list[Callable[[Epoch], None]]) -> None:
        self._n_epochs, self._listeners = n_epochs, listeners
        self._fold = self._prefix = ""
        self.epochs: list[Epoch] = []

    def begin_fold(self, number: int, n_folds: int) -> None:
        """Say that the epochs of another network follow, counted from 0."""
        self._fold, self._prefix = f"fold {number + 1}/{n_folds}, ", f"fold_{number + 1}/"

    def __call__(self, metrics: Epoch) -> None:
        """Print and pass on the metrics of one epoch."""
        self.epochs.append(metrics)
        shown = ", ".join(f"{k} {v:.4g}" for k, v in metrics.items() if k != "epoch")
        line = f"{self._fold}epoch {metrics['epoch']:.0f}/{self._n_epochs}: {shown}"
        print(line, file=sys.stderr, flush=True)
        named = {k if k == "epoch" else f"{self._prefix}{k}": v for k, v in metrics.items()}
        for listener in self._listeners:
            listener(named)

    def write(self, folder: str | Path) -> None:
        """Write ``history.json`` and, for `dvc plots`, ``history.csv``: means over the folds."""
        rows = average_epochs(self.epochs)
        names = list(rows[0])
        lines = [",".join(f"{row[name]:.6g}" for name in names) for row in rows]
        write_json(Path(folder) / "history.json", rows)
        write_text(Path(folder) / "history.csv", "\n".join([",".join(names), *lines]) + "\n")


def average_epochs(epochs: list[Epoch]) -> list[Epoch]:
    """Average the metrics of equal epochs of several networks; keep those that all have."""
    by_number: dict[float, list[Epoch]] = defaultdict(list)
    for metrics in epochs:
        by_number[metrics["epoch"]].append(metrics)
    shared = [name for name in epochs[0] if all(name in metrics for metrics in epochs)]
    return [
        {name: sum(row[name] for row in rows) / len(rows) for name in shared}
        for _, rows in sorted(by_number.items())
    ]
