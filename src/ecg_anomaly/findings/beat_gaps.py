"""Search the gaps between distant beats for asystole, and for pauses whose beats are in doubt.

A pause between two beats that can be trusted is known by their R peaks alone
(`ecg_anomaly.findings.rate_rules`). Where one is in doubt, so soon after noise or fibrillation, or
the gap is as long as an asystole, the signal in the gap is looked at instead: whatever the beats
are, no QRS complex comes while it is silent.
"""

from collections.abc import Iterator

import numpy as np

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.asystole import HEART_BEATS, AsystoleRule, count_seen
from ecg_anomaly.findings.beat_batch import is_trusted
from ecg_anomaly.findings.beatless_signal import examine_gap
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.records.averaged_record import average_down
from ecg_anomaly.records.record import StreamedRecord

#: From an R peak on, in s, the signal may still be its QRS complex and T wave; before one, its QRS.
AFTER_PEAK_S, BEFORE_PEAK_S = 0.5, 0.12


def is_searched(gap_s: float, both_trusted: bool, limits: FindingLimits) -> bool:
    """Tell whether the signal of a gap is looked at, of so many s between two beats."""
    return gap_s >= (limits.asystole_s if both_trusted else min(limits.pause_s, limits.asystole_s))


def search_gaps(
    recording: StreamedRecord, decisions: BeatDecisions, limits: FindingLimits
) -> Iterator[Finding]:
    """Search all gaps of a recording, those before its first and after its last beat included.

    Parameters
    ----------
    recording : StreamedRecord
        Read only where beats are distant.
    decisions : BeatDecisions
        On all its beats.
    limits : FindingLimits
    """
    slow, rule = average_down(recording), AsystoleRule(limits)
    trusted, n = is_trusted(decisions), len(decisions)
    edges = np.concatenate([[0.0], decisions.time_s, [recording.n_samples / recording.fs]])
    seen = np.append(0, count_seen(trusted)) >= HEART_BEATS
    gap_s, ends = np.diff(edges), np.concatenate([[True], trusted, [True]])
    for row in np.flatnonzero(seen & (gap_s >= min(limits.pause_s, limits.asystole_s))).tolist():
        if not is_searched(float(gap_s[row]), bool(ends[row] and ends[row + 1]), limits):
            continue
        start_s, end_s = float(edges[row]), float(edges[row + 1])
        if row:
            beat = row - 1
            rule.add_beat(start_s, float(decisions.quality[beat]), str(decisions.lead[beat]))
        inside = start_s + AFTER_PEAK_S * (row > 0), end_s - BEFORE_PEAK_S * (row < n)
        for piece in examine_gap(slow, *inside, beat_before=row > 0):
            yield from rule.add_piece(*piece)
        yield from rule.add_beat(end_s) if row < n else rule.finish()
