"""Summarise the rhythm as a Holter report does: rates, ectopic beats, runs, pauses, HRV."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.beat_batch import (
    NORMAL,
    SUPRAVENTRICULAR,
    VENTRICULAR,
    BeatBatch,
    make_batch,
)
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.hourly_table import HOUR_S, RATE_INTERVALS, list_hours, sum_intervals

#: NN intervals that differ by more from their neighbours count for pNN50, in s. Those that differ
#: by 50 ms do not, whatever a difference of times rounds to.
NN_DIFFERENCE_S = 0.05 + 1e-6


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
    beats = _leave_out_fibrillation(make_batch(decisions), findings)
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
        "hours": list_hours(beats, findings, duration_s),
    }


def _leave_out_fibrillation(beats: BeatBatch, findings: Sequence[Finding]) -> BeatBatch:
    """Take the intervals out that reach into ventricular fibrillation: there is no beat in it."""
    rr_s = beats.rr_s.copy()
    for finding in findings:
        if finding.kind == "ventricular_fibrillation":
            first = np.searchsorted(beats.time_s, finding.start_s)
            rr_s[first : np.searchsorted(beats.time_s, finding.end_s, side="right") + 1] = np.nan
    return replace(beats, rr_s=rr_s)


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
    span = sum_intervals(beats)
    rows = np.flatnonzero(np.isfinite(span))
    for name, at in (("min", np.argmax), ("max", np.argmin)):
        row = int(rows[at(span[rows])]) if len(rows) else None
        found[f"{name}_bpm"] = None if row is None else round(60 * RATE_INTERVALS / span[row], 1)
        found[f"{name}_at_s"] = None if row is None else round(float(beats.time_s[row]), 3)
    return found


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
