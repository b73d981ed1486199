"""A row for each hour of a recording: beats, rates, ectopic beats, pauses, fibrillation."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.beat_batch import SUPRAVENTRICULAR, VENTRICULAR, BeatBatch
from ecg_anomaly.findings.finding import Finding

#: The lowest and the highest rate are those of so many intervals in a row.
RATE_INTERVALS = 8

HOUR_S = 3600.0


def sum_intervals(beats: BeatBatch) -> NDArray[np.float64]:
    """Return the sum of the `RATE_INTERVALS` intervals after each beat; NaN if one is unknown."""
    if len(beats) <= RATE_INTERVALS:
        return np.zeros(0)
    return np.lib.stride_tricks.sliding_window_view(beats.rr_s[1:], RATE_INTERVALS).sum(axis=1)


def list_hours(
    beats: BeatBatch, findings: Sequence[Finding], duration_s: float
) -> list[dict[str, Any]]:
    """List the hours of a recording.

    Parameters
    ----------
    beats : BeatBatch
        All beats, in order.
    findings : sequence of Finding
        Count in the hour in which they begin; atrial fibrillation in each by its time.
    duration_s : float
        Length of the recording in s.

    Returns
    -------
    list of dict
        One an hour, at least one; rates are None where there is nothing to compute them from.
    """
    n = max(1, int(np.ceil(duration_s / HOUR_S)))
    hour = np.minimum(beats.time_s // HOUR_S, n - 1).astype(np.int64)
    edges = np.searchsorted(hour, np.arange(n + 1))
    span = np.full(len(beats), np.nan)
    sums = sum_intervals(beats)
    span[: len(sums)] = sums
    rows = []
    for k in range(n):
        part = slice(int(edges[k]), int(edges[k + 1]))
        rows.append(_describe_hour(k, beats.select(part.start, part.stop), span[part]))
    for finding in findings:
        row = rows[min(int(finding.start_s // HOUR_S), n - 1)]
        row["pauses"] += finding.kind in ("pause", "asystole")
        row["critical"] += finding.level == "critical"
        if finding.kind == "atrial_fibrillation":
            _spread_fibrillation(rows, finding)
    for row in rows:
        row["af_s"] = round(row["af_s"], 1)
    return rows


def _spread_fibrillation(rows: list[dict[str, Any]], finding: Finding) -> None:
    """Add the time of an episode to the hours over which it extends."""
    for row in rows:
        start_s = max(finding.start_s, row["start_s"])
        row["af_s"] += max(0.0, min(finding.end_s, row["start_s"] + HOUR_S) - start_s)


def _describe_hour(k: int, beats: BeatBatch, span: NDArray[np.float64]) -> dict[str, Any]:
    known, spans = beats.rr_s[np.isfinite(beats.rr_s)], span[np.isfinite(span)]
    return {
        "start_s": k * HOUR_S,
        "beats": len(beats),
        "mean_bpm": round(60 / float(known.mean()), 1) if len(known) else None,
        "min_bpm": round(60 * RATE_INTERVALS / float(spans.max()), 1) if len(spans) else None,
        "max_bpm": round(60 * RATE_INTERVALS / float(spans.min()), 1) if len(spans) else None,
        "sve": int((beats.number == SUPRAVENTRICULAR).sum()),
        "ve": int((beats.number == VENTRICULAR).sum()),
        "pauses": 0,
        "af_s": 0.0,
        "critical": 0,
    }
