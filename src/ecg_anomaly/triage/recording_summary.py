"""Summarize a scored recording: counts of beats, rates, burden, unreadable time."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from ecg_anomaly import __version__
from ecg_anomaly.beats.readability import TRUSTED_QUALITY
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.finding_groups import group_findings
from ecg_anomaly.findings.rhythm_summary import summarize_rhythm
from ecg_anomaly.findings.verdict import (
    count_kinds_found,
    count_levels,
    list_findings,
    say_verdict,
)
from ecg_anomaly.records.beat_labels import AAMI_CLASSES
from ecg_anomaly.records.record import StoredRecord
from ecg_anomaly.triage.leads_read import list_leads_read
from ecg_anomaly.triage.unreadable import Segment

NOTE = "flags unusual heartbeats for review; not a medical device"

#: A recording is short that lasts less than this share of the time that beats are compared with.
SHORT = 0.1


def summarize(
    recording: StoredRecord,
    decisions: BeatDecisions,
    segments: Sequence[Segment],
    detector: Mapping[str, Any],
    *,
    history_s: float,
    history_beats: int,
    findings: Sequence[Finding] = (),
) -> dict[str, Any]:
    """Summarize the decisions on a recording.

    Parameters
    ----------
    recording : StoredRecord
        The recording that was scored.
    decisions : BeatDecisions
        On its beats.
    segments : sequence of Segment
        Where the recording cannot be read.
    detector : mapping
        Identity and threshold of the detector, copied into the summary.
    history_s, history_beats : float and int
        Seconds, and beats of these, that the detector compares a beat with; a recording may have
        fewer.
    findings : sequence of Finding
        What the beats amount to, the most critical ones first.

    Returns
    -------
    dict
        Ready for JSON, without NaN: a number is None where there is no readable beat, or no
        readable time, to compute it from. Burden is the share of readable beats that are flagged;
        rates are per hour of readable time.
    """
    duration_s = recording.n_samples / recording.fs
    unreadable_s = min(duration_s, sum(s.end_s - s.start_s for s in segments))
    beats = _count_beats(decisions)
    readable, flagged = beats["readable"], beats["flagged"]
    hours = (duration_s - unreadable_s) / 3600
    return {
        "note": NOTE,
        "verdict": say_verdict(findings),
        "software": f"ecg-anomaly {__version__}",
        "notes": [
            *recording.notes,
            *_describe_short(readable, duration_s, history_s, history_beats),
        ],
        "recording": _describe(recording, duration_s),
        "levels": count_levels(findings),
        "kinds_found": count_kinds_found(findings),
        "finding_groups": [group.to_row() for group in group_findings(findings)],
        "findings": list_findings(findings),
        "rhythm": summarize_rhythm(decisions, findings, duration_s, duration_s - unreadable_s),
        "leads_read": list_leads_read(decisions),
        "detector": dict(detector),
        "context": _describe_context(readable, duration_s, history_s, history_beats),
        "beats": beats,
        "flagged_by_class": _count_classes(decisions),
        "rates_per_hour": {
            "beats": _rate(readable, hours),
            "flagged": _rate(flagged, hours),
        },
        "burden": round(flagged / readable, 6) if readable else None,
        "mean_heart_rate_bpm": _heart_rate(decisions),
        "unreadable": _describe_unreadable(segments, unreadable_s, duration_s),
    }


def _describe_short(
    readable: int, duration_s: float, history_s: float, n_usual: int
) -> tuple[str, ...]:
    """Say that a recording, as a resting ECG of ten seconds, has few beats to compare with."""
    if not readable or duration_s >= SHORT * history_s:
        return ()
    return (
        f"short: each beat is compared with the {readable} readable beats of {duration_s:.0f} s, "
        f"where {n_usual} of {history_s:.0f} s are usual; what all of them share is not flagged",
    )


def _describe_context(
    readable: int, duration_s: float, history_s: float, n_usual: int
) -> dict[str, Any]:
    return {
        "history_s": min(history_s, round(duration_s, 3)),
        "beats": min(n_usual, readable),
        "usual_history_s": history_s,
        "usual_beats": n_usual,
    }


def _describe_unreadable(
    segments: Sequence[Segment], unreadable_s: float, duration_s: float
) -> dict[str, Any]:
    return {
        "time_s": round(unreadable_s, 3),
        "share": round(unreadable_s / duration_s, 6) if duration_s else None,
        "stretches": [_describe_segment(segment) for segment in segments],
    }


def _describe(recording: StoredRecord, duration_s: float) -> dict[str, Any]:
    return {
        "name": recording.name,
        "source": str(recording.source),
        "header_sha256": recording.header_sha256,
        "fs": recording.fs,
        "leads": list(recording.leads),
        "left_out": [asdict(signal) for signal in recording.left_out],
        "n_samples": recording.n_samples,
        "duration_s": round(duration_s, 3),
    }


def _count_classes(decisions: BeatDecisions) -> dict[str, int]:
    """Count the flagged beats of each class that is there."""
    aami = decisions.aami[decisions.anomalous].tolist()
    return {name: aami.count(name) for name in AAMI_CLASSES if name in aami}


def _count_beats(decisions: BeatDecisions) -> dict[str, int]:
    unread = decisions.unreadable != ""
    return {
        "found": len(unread),
        "readable": int((~unread).sum()),
        "unreadable": int(unread.sum()),
        "flagged": int(decisions.anomalous.sum()),
        "in_doubt": int((~unread & (decisions.quality < TRUSTED_QUALITY)).sum()),
        "clipped": int(decisions.clipped.sum()),
        "bridged": int(decisions.bridged.sum()),
    }


def _rate(count: int, hours: float) -> float | None:
    return round(count / hours, 3) if hours > 0 else None


def _heart_rate(decisions: BeatDecisions) -> float | None:
    known = decisions.rr_s[np.isfinite(decisions.rr_s) & (decisions.rr_s > 0)]
    return round(60.0 / float(known.mean()), 1) if len(known) else None


def _describe_segment(segment: Segment) -> dict[str, Any]:
    rounded = {k: round(v, 3) if isinstance(v, float) else v for k, v in asdict(segment).items()}
    return {k: v.item() if isinstance(v, np.generic) else v for k, v in rounded.items()}
