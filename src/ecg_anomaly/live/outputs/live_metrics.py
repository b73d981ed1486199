"""Count what the engine does, and write it as Prometheus reads it (text format 0.0.4)."""

import threading
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ecg_anomaly.live.events import ALARM, Event

#: What is counted and measured: kind and help.
FAMILIES = {
    "ecg_anomaly_live_streams": ("gauge", "Streams that are monitored."),
    "ecg_anomaly_live_waiting": ("gauge", "Deliveries that wait for the engine."),
    "ecg_anomaly_live_samples_total": ("counter", "Samples taken, of each lead."),
    "ecg_anomaly_live_events_total": ("counter", "New events, by their group."),
    "ecg_anomaly_live_alarms_total": ("counter", "Alarms raised, by priority and kind."),
    "ecg_anomaly_live_closed_total": ("counter", "Streams that were closed for a reason."),
    "ecg_anomaly_live_refused_total": ("counter", "Streams that were not admitted."),
    "ecg_anomaly_live_turn_seconds": ("histogram", "Time that a delivery takes, in s."),
}

#: Upper bounds of the times in s that are told apart.
BOUNDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)

Labels = tuple[tuple[str, str], ...]


class Counts(NamedTuple):
    """What was counted: values by family and labels, times by their upper bound, their sum in s."""

    values: dict[tuple[str, Labels], float]
    times: dict[float, int]
    total_s: float


class LiveMetrics:
    """Counts; may be read from another thread.

    Several processes may count: each tells the main one what it has so far, see `take`.
    """

    def __init__(self) -> None:
        self._values: dict[tuple[str, Labels], float] = {}
        self._times, self._total_s = Counter[float](), 0.0
        self._lock = threading.Lock()
        self._others: dict[int, Counts] = {}

    def count(self, family: str, by: float = 1, **labels: str) -> None:
        """Add to a counter."""
        with self._lock:
            key = f"ecg_anomaly_live_{family}_total", tuple(labels.items())
            self._values[key] = self._values.get(key, 0) + by

    def set(self, family: str, value: float) -> None:
        """Set a gauge."""
        with self._lock:
            self._values[f"ecg_anomaly_live_{family}", ()] = value

    def observe(self, lasting_s: float) -> None:
        """Take note of the time that a delivery took."""
        bound = next((bound for bound in BOUNDS if lasting_s <= bound), float("inf"))
        with self._lock:
            self._times[bound] += 1
            self._total_s += lasting_s

    def count_events(self, events: Sequence[Event]) -> None:
        """Count new events and alarms."""
        for event in events:
            self.count("events", group=event.group)
            if event.group == ALARM and event.kind.endswith(".raised"):
                priority, kind = event.said["priority"], event.said["alarm"]
                self.count("alarms", priority=priority, kind=kind)

    def take(self, number: int, counts: Counts) -> None:
        """Take what another process has counted so far, in the place of what it had before."""
        with self._lock:
            self._others[number] = counts

    def counts(self) -> Counts:
        """Return what was counted so far, by other processes too."""
        with self._lock:
            values, times, total_s = Counter(self._values), Counter(self._times), self._total_s
            for other in self._others.values():
                values.update(other.values)
                times.update(other.times)
                total_s += other.total_s
        return Counts(dict(values), dict(times), total_s)

    def to_text(self) -> str:
        """Return all families, in their order."""
        values, times, total_s = self.counts()
        lines = []
        for family, (kind, text) in FAMILIES.items():
            lines += [f"# HELP {family} {text}", f"# TYPE {family} {kind}"]
            if kind == "histogram":
                lines += _histogram_lines(family, times, total_s)
                continue
            found = sorted((labels, v) for (name, labels), v in values.items() if name == family)
            for labels, value in found or [((), 0)]:
                lines.append(f"{family}{_write_labels(labels)} {value:g}")
        return "\n".join(lines) + "\n"


def _histogram_lines(family: str, times: dict[float, int], total_s: float) -> list[str]:
    lines, below = [], 0
    for bound in (*BOUNDS, float("inf")):
        below += times.get(bound, 0)
        name = "+Inf" if bound == float("inf") else f"{bound:g}"
        lines.append(f'{family}_bucket{{le="{name}"}} {below}')
    return [*lines, f"{family}_sum {total_s:.6f}", f"{family}_count {below}"]


def _write_labels(labels: Labels) -> str:
    if not labels:
        return ""
    escaped = (
        (k, v.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")) for k, v in labels
    )
    return "{" + ",".join(f'{key}="{value}"' for key, value in escaped) + "}"
