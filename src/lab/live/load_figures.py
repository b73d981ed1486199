"""What a load of many streams is, the clock by which it comes, and the table of what came of it."""

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class LoadSettings:
    """What is measured.

    Attributes
    ----------
    detector : Path
        Folder.
    streams : int
        Of two leads at 360 Hz.
    seconds : float
        How long.
    push_s : float
        Seconds of signal that arrive together.
    tick_s : float
        Shortest time from one tick of the pool to the next, in s.
    warm_s : float
        Seconds of past that each stream has at the start.
    real_pace : bool
        False to take the samples as fast as can be, see `Clock`.
    at_once : bool
        True where all streams have begun at the same moment, as after a restart of all monitors;
        otherwise at different ones.
    """

    detector: Path
    streams: int
    seconds: float
    push_s: float = 0.2
    tick_s: float = 0.04
    warm_s: float = 330.0
    real_pace: bool = True
    at_once: bool = False


class Clock:
    """The time at which samples arrive: real, or one that waits for whoever takes them.

    Parameters
    ----------
    real : bool
        False for a clock that goes on by `sleep` alone: nothing is ever late, and what is measured
        is how much processor time it takes, on a machine that has other things to do.
    """

    def __init__(self, real: bool) -> None:
        self._real, self._now_s = real, 0.0

    def now_s(self) -> float:
        """Seconds since some moment."""
        return time.monotonic() if self._real else self._now_s

    def sleep(self, until_s: float) -> None:
        """Wait until a time, if it is not over."""
        if self._real:
            time.sleep(max(0.0, until_s - time.monotonic()))
        self._now_s = max(self._now_s, until_s)


@dataclass(frozen=True)
class LoadResult:
    """What came of it.

    Attributes
    ----------
    streams, processes : int
    seconds : float
        Of signal of each stream.
    latency_s : (n,) float64
        Of each piece that completed a decision: seconds from its arrival to the decision.
    behind_s : float
        The most that any stream was behind its signal, in s.
    cpu_s, score_cpu_s : float
        CPU seconds for an hour of one stream, and of `score` for an hour of the same signals.
    open_s : float
        Seconds that the streams took to be restored.
    stream_bytes : float
        Memory of each stream.
    push_s : (n,) float64
        CPU seconds of single pushes of one stream alone; none where that is not measured.
    """

    streams: int
    processes: int
    seconds: float
    latency_s: NDArray[np.float64]
    behind_s: float
    cpu_s: float
    score_cpu_s: float
    open_s: float
    stream_bytes: float
    push_s: NDArray[np.float64]

    def lines(self) -> list[str]:
        """Return a table of it."""
        known = self.latency_s if len(self.latency_s) else np.full(1, np.nan)
        latency = np.quantile(known, (0.5, 0.99, 1)) * 1e3
        rows = {
            "streams, processes": f"{self.streams}, {self.processes}",
            "signal of each": f"{self.seconds:.0f} s",
            "arrival to decision, p50, p99, max": _list_ms(latency),
            "furthest behind": f"{self.behind_s * 1e3:.0f} ms",
            "CPU of a stream": f"{self.cpu_s:.2f} s an hour",
            "CPU of score": f"{self.score_cpu_s:.2f} s an hour",
            "ratio": f"{self.cpu_s / self.score_cpu_s:.1f}",
            "streams that would take a core": f"{3600 / self.cpu_s:.0f}",
            "memory of a stream": f"{self.stream_bytes / 1e6:.2f} MB",
            "restoring all": f"{self.open_s:.1f} s",
        }
        if len(self.push_s):
            push = np.quantile(self.push_s, (0.5, 0.99, 1)) * 1e3
            rows["CPU of one push alone, p50, p99, max"] = _list_ms(push)
        return ["| figure | value |", "|---|---|", *(f"| {k} | {v} |" for k, v in rows.items())]


def _list_ms(values: NDArray[np.float64]) -> str:
    return ", ".join(f"{value:.1f}" for value in values) + " ms"
