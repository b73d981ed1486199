"""Decisions on a few beats, for tests."""

from dataclasses import fields
from types import SimpleNamespace
from typing import Any

import numpy as np

from ecg_anomaly.detector.decisions import BeatDecisions


def make_decisions(n: int = 6, fs: float = 250.0, **changes: Any) -> BeatDecisions:
    """One beat a second; every third is flagged, the last cannot be read."""
    sample = np.arange(n, dtype=np.int64) * round(fs)
    flagged = np.arange(n) % 3 == 1
    score = np.linspace(-1.0, 1.0, n) / 3
    unreadable = np.full(n, "", dtype="<U16")
    if n:
        unreadable[-1], score[-1], flagged[-1] = "flat", np.nan, False
    values = {
        "sample": sample,
        "time_s": sample / fs,
        "score": score,
        "anomalous": flagged,
        "unreadable": unreadable,
        "quality": np.where(unreadable == "", 0.9, 0.0).astype(np.float32),
        "clipped": np.zeros(n, bool),
        "bridged": np.zeros(n, bool),
        "rr_s": np.diff(sample / fs, prepend=np.nan),
        "reason": np.where(flagged, "premature by 0.2 s, wide", ""),
        **changes,
    }
    known = {field.name for field in fields(BeatDecisions)}
    return BeatDecisions(**values) if set(values) <= known else SimpleNamespace(**values)  # type: ignore[return-value]
