"""Beats at given times and of given classes, for tests of findings."""

from typing import Any

import numpy as np

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.beat_batch import BeatBatch, make_batch
from ecg_anomaly.findings.class_filling import ClassFiller
from ecg_anomaly.findings.finding import Finding

FS = 250.0


def make_beats(rr_s: Any, classes: str = "", start_s: float = 1.0, **changes: Any) -> BeatDecisions:
    """Beats whose intervals are given; `classes` has a letter for each, N for one not flagged."""
    time_s = start_s + np.concatenate([[0.0], np.cumsum(np.asarray(rr_s, float))])
    n = len(time_s)
    letters = (classes or "N" * n).ljust(n, "N")
    assert len(letters) == n
    aami = np.array([letter if letter in "SVFQ" else "" for letter in letters], object)
    flagged = aami != ""
    values = {
        "sample": np.rint(time_s * FS).astype(np.int64),
        "time_s": time_s,
        "score": flagged * 1.0,
        "anomalous": flagged,
        "unreadable": np.array(["noise" if x == "x" else "" for x in letters], object),
        "quality": np.array([0.0 if x == "x" else 0.9 for x in letters], np.float32),
        "clipped": np.zeros(n, bool),
        "bridged": np.zeros(n, bool),
        "rr_s": np.diff(time_s, prepend=np.nan),
        "reason": np.where(flagged, "premature by 38 % (RR 0.52 s, usual 0.84 s)", ""),
        "aami": aami,
        "probability": np.where(flagged, 0.8, np.nan).astype(np.float32),
        "lead": np.full(n, "II", object),
        **changes,
    }
    return BeatDecisions(**values)


def make_steady(n: int, rr_s: float = 0.8, classes: str = "", **changes: Any) -> BeatDecisions:
    """Beats at one rate."""
    return make_beats(np.full(n - 1, rr_s), classes, **changes)


def apply_rule(rule: Any, decisions: BeatDecisions, step: int | None = None) -> list[Finding]:
    """Feed a rule batches of `step` beats, one batch by default; return all it finds."""
    beats, found = make_batch(decisions), []
    for part in cut(beats, step or max(1, len(beats))):
        found += rule.extend(part)
    return sorted([*found, *rule.finish()], key=lambda f: (f.start_s, f.kind))


def fill_classes(filler: ClassFiller, decisions: BeatDecisions, step: int = 1000) -> str:
    """Feed a filler batches of `step` beats; return the classes after it, ? for another one."""
    numbers = []
    for part in cut(make_batch(decisions), step):
        numbers += filler.extend(part).number.tolist()
    held = filler.finish()
    numbers += [] if held is None else held.number.tolist()
    return "".join("NSV?x"[number] for number in numbers)


def cut(beats: BeatBatch, step: int) -> list[BeatBatch]:
    return [beats.select(k, min(k + step, len(beats))) for k in range(0, len(beats), step)]


def kinds(findings: list[Finding]) -> list[str]:
    return [finding.kind for finding in findings]
