"""What a Holter report says of the rhythm: rates, ectopic beats per hour, runs, pauses, HRV."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.beat_batch import (
    NORMAL,
    SUPRAVENTRICULAR,
    VENTRICULAR,
    BeatBatch,
    make_batch,
)
from ecg_anomaly.findings.finding import Finding

#: The lowest and the highest rate are those of so many intervals in a row.
RATE_INTERVALS = 8

#: NN intervals that differ by more from their neighbours count for pNN50, in s.
NN_DIFFERENCE_S = 0.05

HOUR_S = 3600.0


def summarize_rhythm(
    decisions: BeatDecisions, findings: Sequence[Finding], duration_s: float, readable_s: float
) -> dict[str, Any]:
    """Summarize the rhythm of a recording.

    Parameters
    ----------
    decisions : BeatDecisions
        On its beats, in order; there may be none.
    findings : sequence of Finding
        From `ecg_anomaly.findings.recording_findings.find_findings`.
    duration_s, readable_s : float
        Length of the recording, and of what can be read of it, in s.

    Returns
    -------
    dict
        Ready for JSON; a number is None where there is nothing to compute it from.
    """
    beats = make_batch(decisions)
    hours = readable_s / HOUR_S
    return {
        "heart_rate": _find_rates(beats),
        "longest_rr": _find_longest(beats),
        "ectopic": {
            name: _count_class(beats, number, hours)
            for name, number in (("sve", SUPRAVENTRICULAR), ("ve", VENTRICULAR))
        },
        "pauses": _describe_pauses(findings),
        "atrial_fibrillation": _describe_fibrillation(findings, readable_s),
        "runs_by_length": _count_runs(findings),
        "hrv": measure_hrv(beats),
        "hours": _list_hours(beats, findings, duration_s),
    }


def measure_hrv(beats: BeatBatch) -> dict[str, float | int | None]:
    """Measure heart rate variability over the intervals between normal beats.

    Returns
    -------
    dict
        ``sdnn_ms``, standard deviation (divided by n - 1), ``rmssd_ms``, root mean square of
        successive differences, ``pnn50``, share of these over 50 ms, and ``nn``, the number of
        intervals. Only intervals that follow each other without another beat or a gap between make
        a difference. Definitions: Task Force of ESC and NASPE, Circulation 1996;93:1043-1065.
    """
    normal = beats.number == NORMAL
    follows = np.append(False, normal[:-1])[: len(normal)]
    usable = normal & follows & np.isfinite(beats.rr_s)
    nn_s = beats.rr_s[usable]
    rows = np.flatnonzero(usable[1:] & usable[:-1]) + 1
    step_s = beats.rr_s[rows] - beats.rr_s[rows - 1]
    return {
        "nn": len(nn_s),
        "sdnn_ms": round(1000 * float(nn_s.std(ddof=1)), 1) if len(nn_s) > 1 else None,
        "rmssd_ms": round(1000 * float(np.sqrt((step_s**2).mean())), 1) if len(step_s) else None,
        "pnn50": round(float((np.abs(step_s) > NN_DIFFERENCE_S).mean()), 4)
        if len(step_s)
        else None,
    }


def _find_rates(beats: BeatBatch) -> dict[str, float | None]:
    """Return mean, lowest and highest rate, and when the latter two began."""
    known = beats.rr_s[np.isfinite(beats.rr_s)]
    found: dict[str, float | None] = {
        "mean_bpm": round(60 / float(known.mean()), 1) if len(known) else None
    }
    span = _sum_intervals(beats)
    rows = np.flatnonzero(np.isfinite(span))
    for name, at in (("min", np.argmax), ("max", np.argmin)):
        row = int(rows[at(span[rows])]) if len(rows) else None
        found[f"{name}_bpm"] = None if row is None else round(60 * RATE_INTERVALS / span[row], 1)
        found[f"{name}_at_s"] = None if row is None else round(float(beats.time_s[row]), 3)
    return found


def _sum_intervals(beats: BeatBatch) -> NDArray[np.float64]:
    """Return the sum of the `RATE_INTERVALS` intervals after each beat; NaN if one is unknown."""
    if len(beats) <= RATE_INTERVALS:
        return np.zeros(0)
    return np.lib.stride_tricks.sliding_window_view(beats.rr_s[1:], RATE_INTERVALS).sum(axis=1)


def _find_longest(beats: BeatBatch) -> dict[str, float] | None:
    if not np.isfinite(beats.rr_s).any():
        return None
    row = int(np.nanargmax(beats.rr_s))
    rr_s = float(beats.rr_s[row])
    return {"rr_s": round(rr_s, 3), "start_s": round(float(beats.time_s[row]) - rr_s, 3)}


def _count_class(beats: BeatBatch, number: int, hours: float) -> dict[str, float | int | None]:
    count = int((beats.number == number).sum())
    return {"beats": count, "per_hour": round(count / hours, 2) if hours > 0 else None}


def _describe_pauses(findings: Sequence[Finding]) -> dict[str, float | int | None]:
    pauses = [f.lasting_s for f in findings if f.kind in ("pause", "asystole")]
    return {"count": len(pauses), "longest_s": round(max(pauses), 3) if pauses else None}


def _describe_fibrillation(
    findings: Sequence[Finding], readable_s: float
) -> dict[str, float | int | None]:
    episodes = [f for f in findings if f.kind == "atrial_fibrillation"]
    total_s, beats = sum(f.lasting_s for f in episodes), sum(f.beats for f in episodes)
    return {
        "episodes": len(episodes),
        "time_s": round(total_s, 3),
        "burden": round(min(1.0, total_s / readable_s), 4) if readable_s > 0 else None,
        "longest_s": round(max(f.lasting_s for f in episodes), 3) if episodes else None,
        "mean_bpm": round(60 * beats / total_s, 1) if total_s > 0 else None,
    }


def _count_runs(findings: Sequence[Finding]) -> dict[str, dict[str, int]]:
    """Count the runs of ventricular and supraventricular beats by the number of their beats."""
    kinds = {
        "ventricular": (
            "couplet", "ventricular_run", "slow_ventricular_run", "ventricular_tachycardia",
        ),
        "supraventricular": ("supraventricular_run",),
    }  # fmt: skip
    found = {}
    for name, of_class in kinds.items():
        lengths = Counter(f.beats for f in findings if f.kind in of_class)
        found[name] = {str(length): lengths[length] for length in sorted(lengths)}
    return found


def _list_hours(
    beats: BeatBatch, findings: Sequence[Finding], duration_s: float
) -> list[dict[str, float | int | None]]:
    n = max(1, int(np.ceil(duration_s / HOUR_S)))
    hour = np.minimum(beats.time_s // HOUR_S, n - 1).astype(np.int64)
    edges = np.searchsorted(hour, np.arange(n + 1))
    span = np.full(len(beats), np.nan)
    sums = _sum_intervals(beats)
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
