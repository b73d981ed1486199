"""Search the gaps between distant beats for asystole, and for pauses whose beats are in doubt.

A pause between two beats that can be trusted is known by their R peaks alone
(`ecg_anomaly.findings.rate_rules`). Where one is in doubt, so soon after noise or fibrillation, or
the gap is as long as an asystole, the signal in the gap is looked at instead: whatever the beats
are, no QRS complex comes while it is silent. What `ecg_anomaly.findings.p_wave_beats` takes for P
waves ends no gap.
"""

from collections.abc import Iterator

import numpy as np

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.asystole import HEART_BEATS, AsystoleRule, count_seen
from ecg_anomaly.findings.beat_batch import is_trusted
from ecg_anomaly.findings.beatless_signal import examine_gap
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.p_wave_beats import mark_p_waves
from ecg_anomaly.findings.usual_rises import measure_usual
from ecg_anomaly.records.averaged_record import average_down
from ecg_anomaly.records.record import StreamedRecord

#: From an R peak on, in s, the signal may still be its QRS complex and T wave; before one, its QRS.
AFTER_PEAK_S, BEFORE_PEAK_S = 0.5, 0.12


def is_searched(gap_s: float, told: bool, limits: FindingLimits) -> bool:
    """Tell whether the signal of a gap is looked at, of so many s between two beats.

    A pause is `told` by the interval of two beats that can be trusted, if no P wave that was found
    as a beat lies between them.
    """
    return gap_s >= (limits.asystole_s if told else min(limits.pause_s, limits.asystole_s))


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
    slow, rule, all_trusted = average_down(recording), AsystoleRule(limits), is_trusted(decisions)
    beats = np.flatnonzero(~mark_p_waves(slow, decisions.time_s))
    trusted, n = all_trusted[beats], len(beats)
    edges = np.concatenate([[0.0], decisions.time_s[beats], [recording.n_samples / recording.fs]])
    seen = np.append(False, count_seen(all_trusted)[beats] >= HEART_BEATS)
    gap_s, ends = np.diff(edges), np.concatenate([[True], trusted, [True]])
    hides = np.diff(np.concatenate([[-1], beats, [len(decisions)]])) > 1
    for row in np.flatnonzero(seen & (gap_s >= min(limits.pause_s, limits.asystole_s))).tolist():
        told = bool(ends[row] and ends[row + 1] and not hides[row])
        if not is_searched(float(gap_s[row]), told, limits):
            continue
        start_s, end_s = float(edges[row]), float(edges[row + 1])
        if row:
            beat = beats[row - 1]
            rule.add_beat(start_s, float(decisions.quality[beat]), str(decisions.lead[beat]))
        inside = start_s + AFTER_PEAK_S * (row > 0), end_s - BEFORE_PEAK_S * (row < n)
        usual = measure_usual(slow, inside[0], edges[1 : row + 1]) if row else None
        for piece in examine_gap(slow, *inside, row > 0, usual):
            yield from rule.add_piece(*piece)
        yield from rule.add_beat(end_s) if row < n else rule.finish()
