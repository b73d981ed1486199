"""Shows the progress of a sweep: a table redrawn on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Sequence
from typing import TextIO

from ecg_anomaly.search.trials import SweepTrial, best_trial, count_ended, count_states

#: Seconds between two lines when standard error is no terminal.
LINE_INTERVAL_S = 10.0


class SweepTable:
    """Shows the progress of a sweep.

    Parameters
    ----------
    n_trials : int
        Trials to end.
    n_workers : int
        Processes that share them.
    epochs : int
        Epochs of a trial that is not pruned.
    stream : file
        Standard error by default.
    """

    def __init__(
        self, n_trials: int, n_workers: int, epochs: int, stream: TextIO | None = None
    ) -> None:
        self._n_trials, self._n_workers, self._epochs = n_trials, max(1, n_workers), epochs
        self._stream = stream or sys.stderr
        self._drawn, self._last, self._said = 0, -LINE_INTERVAL_S, ""
        self._ended_before: int | None = None
        self._start = time.monotonic()

    def show(self, trials: Sequence[SweepTrial], last: bool = False) -> None:
        """Show the trials, not more often than is of use."""
        rows = self._rows(trials)
        if self._stream.isatty():
            up = f"\x1b[{self._drawn}A" if self._drawn else ""
            print(up + "\n".join(f"\x1b[2K{row}" for row in rows), file=self._stream, flush=True)
            self._drawn = len(rows)
            return
        line = "; ".join(row.strip() for row in rows[:3])
        now = time.monotonic()
        if last or (now - self._last >= LINE_INTERVAL_S and line != self._said):
            print(f"sweep: {line}", file=self._stream, flush=True)
            self._last, self._said = now, line

    def _rows(self, trials: Sequence[SweepTrial]) -> list[str]:
        count = count_states(trials)
        ended = count_ended(trials)
        states = [f"{count[s]} {s}" for s in ("finished", "pruned", "failed", "running")]
        duplicates = sum(t.duplicate_of is not None for t in trials)
        extra = [f"{duplicates} duplicates"] if duplicates else []
        extra += [f"{count['killed']} killed"] if count["killed"] else []
        head = f"{ended}/{self._n_trials} trials ({', '.join(states + extra)})"
        saved = f"{epochs_saved(trials, self._epochs)} epochs saved by pruning"
        rows = [head, _best_row(trials), f"{saved}, {self._time_left(ended)}"]
        running = [t for t in trials if t.state == "running"]
        return rows + [_running_row(t) for t in running] + [""] * (self._n_workers - len(running))

    def _time_left(self, ended: int) -> str:
        if self._ended_before is None:
            self._ended_before = ended
        fresh = ended - self._ended_before
        if ended >= self._n_trials:
            return f"done in {time.monotonic() - self._start:.0f} s"
        if not fresh:
            return "time left unknown"
        left = (self._n_trials - ended) * (time.monotonic() - self._start) / fresh
        return f"about {left:.0f} s left"


def epochs_saved(trials: Sequence[SweepTrial], epochs: int) -> int:
    """Count the epochs that pruned trials did not run."""
    rest = (
        int(t.params.get("training.epochs", epochs)) - len(t.epochs)
        for t in trials
        if t.state == "pruned" and t.duplicate_of is None
    )
    return sum(max(0, n) for n in rest)


def _best_row(trials: Sequence[SweepTrial]) -> str:
    best = best_trial(trials)
    if best is None:
        return "best: none yet"
    return f"best {best.value:.5f} (trial {best.number}: {describe_params(best)})"


def describe_params(trial: SweepTrial) -> str:
    """List the values of a trial in one line."""
    short = {name.partition(".")[2]: value for name, value in trial.params.items()}
    return ", ".join(
        f"{k} {v:.3g}" if isinstance(v, float) else f"{k} {v}" for k, v in short.items()
    )


def _running_row(trial: SweepTrial) -> str:
    if not trial.epochs:
        return f"  trial {trial.number}: starting"
    metric = list(trial.epochs[-1].values())[-1]
    return f"  trial {trial.number}: epoch {len(trial.epochs)}, {metric:.5f}"
