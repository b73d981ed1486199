"""Rhythm annotations of a WFDB file: where each rhythm that was found begins and ends."""

from collections.abc import Callable, Sequence
from functools import cache

from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.findings.finding import KINDS, Finding, sort_findings
from ecg_anomaly.findings.recording_findings import find_findings
from ecg_anomaly.records.record import StreamedRecord

#: Note of the annotation where a rhythm ends: whatever it is, it is no longer that one.
END_OF_RHYTHM = "(N"


class RhythmFinder:
    """Finds the changes of rhythm of recordings.

    Parameters
    ----------
    load : callable
        Returns the detector; it is called once, when the first recording comes.
    """

    def __init__(self, load: Callable[[], Detector]) -> None:
        self._load = cache(load)

    def find(self, recording: StreamedRecord) -> list[tuple[float, str]]:
        """Score a recording, and list the changes of rhythm among its findings.

        Raises
        ------
        UserError
            When the recording is shorter than one window or has no lead.
        """
        decisions = score_recording(self._load(), recording, threads=1)
        return list_rhythm_changes(find_findings(recording, decisions))


def list_rhythm_changes(findings: Sequence[Finding]) -> list[tuple[float, str]]:
    """List the changes of the rhythm.

    Parameters
    ----------
    findings : sequence of Finding
        In any order. Where several overlap, the most critical one counts.

    Returns
    -------
    list of (float, str)
        Time in s and note, such as ``"(AFIB"``, in order; nothing where no rhythm was found.

    Examples
    --------
    >>> run = Finding("ventricular_tachycardia", 5.0, 8.0, 7.0, 8, 140.0, 0.9, "8 beats")
    >>> list_rhythm_changes([run])
    [(5.0, '(VT'), (8.0, '(N')]
    """
    rhythms = [f for f in sort_findings(findings) if KINDS[f.kind].rhythm]
    edges = sorted({time_s for f in rhythms for time_s in (f.start_s, f.end_s)})
    begins: dict[float, list[int]] = {}
    for rank, finding in enumerate(rhythms):
        begins.setdefault(finding.start_s, []).append(rank)
    changes: list[tuple[float, str]] = []
    active: list[int] = []
    note = END_OF_RHYTHM
    for edge in edges:
        active = [rank for rank in active if rhythms[rank].end_s > edge] + begins.get(edge, [])
        new = KINDS[rhythms[min(active)].kind].rhythm if active else END_OF_RHYTHM
        if new != note:
            changes.append((edge, new))
            note = new
    return changes
