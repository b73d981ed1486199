"""The epochs of a training: said while it runs, kept when it is over."""

import sys
from collections.abc import Callable
from pathlib import Path

from ecg_anomaly.files.atomic import write_json, write_text

Epoch = dict[str, float]


class EpochLog:
    """Collects epochs, prints a line for each, and passes them on.

    Parameters
    ----------
    most : int
        Number of epochs at most, for the line.
    listeners : list of callable
        Each receives every epoch.
    """

    def __init__(self, most: int, listeners: list[Callable[[Epoch], None]]) -> None:
        self._most, self._listeners = most, listeners
        self.epochs: list[Epoch] = []

    def __call__(self, metrics: Epoch) -> None:
        """Take in one epoch."""
        self.epochs.append(metrics)
        shown = ", ".join(f"{k} {v:.4g}" for k, v in metrics.items() if k != "epoch")
        line = f"epoch {metrics['epoch']:.0f}/{self._most}: {shown}"
        print(line, file=sys.stderr, flush=True)
        for listener in self._listeners:
            listener(metrics)

    def write(self, folder: str | Path) -> None:
        """Write ``history.json`` and, for `dvc plots`, ``history.csv``."""
        names = list(self.epochs[0])
        rows = [",".join(f"{row[name]:.6g}" for name in names) for row in self.epochs]
        write_json(Path(folder) / "history.json", self.epochs)
        write_text(Path(folder) / "history.csv", "\n".join([",".join(names), *rows]) + "\n")
