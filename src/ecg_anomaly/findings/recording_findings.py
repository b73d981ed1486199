"""Apply the rules of findings to the beats of a recording."""

import math
from collections.abc import Iterator, Mapping
from copy import deepcopy

import numpy as np

from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.findings.asystole import HEART_BEATS, AsystoleRule, count_seen
from ecg_anomaly.findings.atrial_fibrillation import FibrillationRule
from ecg_anomaly.findings.beat_batch import (
    BeatBatch,
    concatenate_batches,
    is_trusted,
    make_batch,
)
from ecg_anomaly.findings.beatless_signal import examine_gap
from ecg_anomaly.findings.class_rules import ClassRule
from ecg_anomaly.findings.dropped_beats import DroppedBeatRule
from ecg_anomaly.findings.finding import Finding, sort_findings
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.oscillation import WINDOW_S
from ecg_anomaly.findings.rate_rules import ExtremeRateRule, PauseRule, RateChangeRule
from ecg_anomaly.findings.unclear_windows import KNOWN_AFTER_S, STEP_S, find_unclear_windows
from ecg_anomaly.findings.ventricular_fibrillation import (
    VentricularFibrillationRule,
    judge_windows,
)
from ecg_anomaly.records.averaged_record import average_down
from ecg_anomaly.records.record import StreamedRecord

#: From an R peak on, in s, the signal may still be its QRS complex and T wave; before one, its QRS.
AFTER_PEAK_S, BEFORE_PEAK_S = 0.5, 0.12

#: Kinds that a tachycardia or a fibrillation explains: where they lie inside one, they are no
#: findings of their own. Ventricular fibrillation has no beats, whatever was taken for one.
_NO_BEATS = "ventricular_fibrillation"
EXPLAINED_BY = {
    "asystole": (_NO_BEATS,),
    "ventricular_tachycardia": (_NO_BEATS,),
    "extreme_tachycardia": (_NO_BEATS, "ventricular_tachycardia"),
    "extreme_bradycardia": (_NO_BEATS,),
    "atrial_fibrillation": (_NO_BEATS,),
    "pause": (_NO_BEATS, "asystole"),
    "dropped_beats": (_NO_BEATS, "atrial_fibrillation"),
    "ventricular_run": (_NO_BEATS,),
    "slow_ventricular_run": (_NO_BEATS,),
    "supraventricular_run": (_NO_BEATS, "atrial_fibrillation"),
    "abnormal_run": (_NO_BEATS,),
    "rate_change": (
        _NO_BEATS, "ventricular_tachycardia", "atrial_fibrillation", "dropped_beats",
    ),
    "couplet": (_NO_BEATS,),
}  # fmt: skip

#: What swings for a moment in an asystole, P waves or breathing, is no fibrillation. An asystole
#: that lies inside a fibrillation is none, and explains nothing.
EXPLAINED_AFTER = {"ventricular_fibrillation": ("asystole",)}


class BeatRules:
    """All rules on beats: takes beats in order, batch by batch, in memory that does not grow.

    Batches change nothing: monitoring feeds the beats of a second, `find_findings` all at once.

    Parameters
    ----------
    limits : FindingLimits
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._rules = (
            ClassRule(limits),
            ExtremeRateRule("extreme_tachycardia", limits),
            ExtremeRateRule("extreme_bradycardia", limits),
            PauseRule(limits),
            DroppedBeatRule(limits),
            FibrillationRule(limits),
            RateChangeRule(limits),
        )

    def extend(self, beats: BeatBatch) -> list[Finding]:
        """Take the next beats and return the findings that are over."""
        return [finding for rule in self._rules for finding in rule.extend(beats)]

    def finish(self) -> list[Finding]:
        """Return the findings that are not over when the recording ends."""
        return [finding for rule in self._rules for finding in rule.finish()]

    def under_way(self) -> list[Finding]:
        """Return the findings that have begun and are not over, as they are by now."""
        return deepcopy(self).finish()


def find_findings(
    recording: StreamedRecord, decisions: BeatDecisions, limits: FindingLimits | None = None
) -> list[Finding]:
    """Find what the beats of a recording amount to.

    Parameters
    ----------
    recording : StreamedRecord
        Only what lies between distant beats is read, and what has no clear ones.
    decisions : BeatDecisions
        On its beats, in the order of time; there may be none.
    limits : FindingLimits, optional
        By default those of ``conf/findings/default.yaml``.

    Returns
    -------
    list of Finding
        The most critical ones first, see `ecg_anomaly.findings.finding.sort_findings`.
    """
    search = FindingSearch(recording, limits or FindingLimits())
    search.extend(decisions)
    return search.finish(decisions)


class FindingSearch:
    """Searches a recording for findings while the decisions on its beats come, part by part.

    Parts change nothing. On a long recording the search takes place while other cores score what
    follows, instead of after it.

    Parameters
    ----------
    recording : StreamedRecord
        As for `find_findings`.
    limits : FindingLimits
    """

    def __init__(self, recording: StreamedRecord, limits: FindingLimits) -> None:
        self._recording, self._limits = recording, limits
        self._rules, self._fibrillation = BeatRules(limits), VentricularFibrillationRule(limits)
        self._found: list[Finding] = []
        self._near = make_batch(concatenate_decisions([]))
        self._next_window, self._last_trusted = 0, False

    def extend(self, decisions: BeatDecisions) -> None:
        """Take the decisions on the next beats, in the order of time."""
        if not len(decisions):
            return
        beats = make_batch(decisions, self._last_trusted)
        self._last_trusted = bool(is_trusted(decisions)[-1])
        self._found += self._rules.extend(beats)
        self._near = concatenate_batches([self._near, beats])
        # Later beats are known too late for windows that end before the last one is.
        known_s = float(beats.time_s[-1]) + KNOWN_AFTER_S
        self._judge_windows(math.ceil(known_s / STEP_S))
        first_s = self._next_window * STEP_S - WINDOW_S
        far = int(np.searchsorted(self._near.time_s, first_s)) - 1  # with the one before them
        self._near = self._near.select(max(0, min(far, len(self._near) - 1)), len(self._near))

    def finish(self, decisions: BeatDecisions) -> list[Finding]:
        """Return all findings, the most critical ones first.

        Parameters
        ----------
        decisions : BeatDecisions
            On all beats: the same ones that `extend` was given.
        """
        self._judge_windows(int(self._recording.n_samples / self._recording.fs / STEP_S) + 1)
        found = [*self._found, *self._rules.finish(), *self._fibrillation.finish()]
        found += _find_asystole(self._recording, decisions, self._limits)
        return sort_findings(drop_explained(found))

    def _judge_windows(self, stop: int) -> None:
        unclear = find_unclear_windows(self._near, self._next_window, stop)
        self._next_window = max(self._next_window, stop)
        for window in judge_windows(self._recording, unclear):
            self._found += self._fibrillation.add_window(window)


def _find_asystole(
    recording: StreamedRecord, decisions: BeatDecisions, limits: FindingLimits
) -> Iterator[Finding]:
    slow, rule = average_down(recording), AsystoleRule(limits)
    duration_s = recording.n_samples / recording.fs
    edges = np.concatenate([[0.0], decisions.time_s, [duration_s]])
    n = len(decisions)
    seen = np.append(0, count_seen(is_trusted(decisions))) >= HEART_BEATS
    for row in np.flatnonzero(seen & (np.diff(edges) >= limits.asystole_s)).tolist():
        start_s, end_s = float(edges[row]), float(edges[row + 1])
        if row:
            beat = row - 1
            rule.add_beat(start_s, float(decisions.quality[beat]), str(decisions.lead[beat]))
        inside = start_s + AFTER_PEAK_S * (row > 0), end_s - BEFORE_PEAK_S * (row < n)
        for piece in examine_gap(slow, *inside, beat_before=row > 0):
            yield from rule.add_piece(*piece)
        yield from rule.add_beat(end_s) if row < n else rule.finish()


def drop_explained(findings: list[Finding]) -> list[Finding]:
    """Leave out what lies, for the most part, inside a finding that explains it."""
    return _drop(_drop(findings, EXPLAINED_BY), EXPLAINED_AFTER)


def _drop(findings: list[Finding], explained_by: Mapping[str, tuple[str, ...]]) -> list[Finding]:
    causes: dict[str, list[Finding]] = {}
    for finding in findings:
        causes.setdefault(finding.kind, []).append(finding)
    return [
        finding
        for finding in findings
        if not any(
            _is_inside(finding, cause)
            for kind in explained_by.get(finding.kind, ())
            for cause in causes.get(kind, ())
        )
    ]


def _is_inside(finding: Finding, cause: Finding) -> bool:
    common = min(finding.end_s, cause.end_s) - max(finding.start_s, cause.start_s)
    return common > 0 and common >= 0.5 * finding.lasting_s
