"""Complete a scored recording: unreadable segments, findings and the summary."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.findings.finding import Finding, sort_findings
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.recording_findings import FindingSearch
from ecg_anomaly.findings.signal_problems import find_signal_problems
from ecg_anomaly.records.record import StoredRecord
from ecg_anomaly.triage.recording_summary import summarize
from ecg_anomaly.triage.unreadable import Segment, find_unreadable


@dataclass(frozen=True)
class ScoredRecording:
    """All that is known of a recording once it is scored.

    Attributes
    ----------
    decisions : BeatDecisions
        On all its beats.
    segments : list of Segment
        Where it cannot be read.
    findings : list of Finding
        What the beats amount to, the most critical ones first.
    summary : dict
        As made by `ecg_anomaly.triage.recording_summary.summarize`.
    """

    decisions: BeatDecisions
    segments: list[Segment]
    findings: list[Finding]
    summary: dict[str, Any]


def conclude_recording(
    recording: StoredRecord,
    decisions: BeatDecisions,
    detector: Detector,
    described: Mapping[str, Any],
    search: FindingSearch | None = None,
) -> ScoredRecording:
    """Find what the decisions on a recording amount to.

    Parameters
    ----------
    recording : StoredRecord
        What was scored; it is read again where no beat lies.
    decisions : BeatDecisions
        On all its beats, in the order of time.
    detector : Detector
        What decided.
    described : mapping
        Identity and threshold of the detector, copied into the summary.
    search : FindingSearch, optional
        That has taken all decisions already; by default one is made, with the limits of
        ``conf/findings/default.yaml``.

    Raises
    ------
    UserError
        When the recording cannot be read.
    """
    window, flat_mv = detector.window, detector.preprocess.flat_mv
    segments = find_unreadable(recording, decisions.time_s, decisions.unreadable, window, flat_mv)
    if search is None:
        search = FindingSearch(recording, FindingLimits())
        search.extend(decisions)
    found = search.finish(decisions)
    findings = sort_findings([*found, *find_signal_problems(segments, decisions)])
    summary = summarize(
        recording,
        decisions,
        segments,
        described,
        history_s=detector.features.history_s,
        history_beats=detector.features.history_beats,
        findings=findings,
    )
    return ScoredRecording(decisions, segments, findings, summary)
