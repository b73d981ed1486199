"""Apply the rules of findings to the beats of a recording."""

import math

import numpy as np

from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.findings.atrial_fibrillation import FibrillationRule
from ecg_anomaly.findings.beat_batch import (
    BeatBatch,
    concatenate_batches,
    is_trusted,
    make_batch,
)
from ecg_anomaly.findings.beat_gaps import search_gaps
from ecg_anomaly.findings.class_rules import ClassRule
from ecg_anomaly.findings.dropped_beats import DroppedBeatRule
from ecg_anomaly.findings.explained_findings import drop_explained
from ecg_anomaly.findings.finding import Finding, sort_findings
from ecg_anomaly.findings.judged_windows import judge_windows
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.rate_rules import ExtremeRateRule, PauseRule, RateChangeRule
from ecg_anomaly.findings.swing_measures import WINDOW_S
from ecg_anomaly.findings.unclear_windows import KNOWN_AFTER_S, STEP_S, find_unclear_windows
from ecg_anomaly.findings.ventricular_fibrillation import VentricularFibrillationRule
from ecg_anomaly.records.record import StreamedRecord

#: Windows that are looked at at a time: a month without a beat has millions.
MOST_WINDOWS = 20_000


class BeatRules:
    """All rules on beats: takes beats in order, batch by batch, in memory that does not grow.

    Batches change nothing: monitoring feeds the beats of a second, `find_findings` all at once.

    Parameters
    ----------
    limits : FindingLimits
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._fibrillation = FibrillationRule(limits)
        self._rules = (
            ClassRule(limits),
            ExtremeRateRule("extreme_tachycardia", limits),
            ExtremeRateRule("extreme_bradycardia", limits),
            PauseRule(limits),
            DroppedBeatRule(limits),
            RateChangeRule(limits),
        )

    def extend(self, beats: BeatBatch, recording: StreamedRecord | None = None) -> list[Finding]:
        """Take the next beats and return the findings that are over.

        Parameters
        ----------
        beats : BeatBatch
        recording : StreamedRecord, optional
            Signal around these beats, for P waves; without it none are seen.
        """
        found = [finding for rule in self._rules for finding in rule.extend(beats)]
        return found + self._fibrillation.extend(beats, recording)

    def are_quiet(self, n: int, now_s: float) -> bool:
        """Tell whether nothing that some beats alone can show begins or ends within n of them.

        Parameters
        ----------
        n : int
            Beats to come, none of which is part of a run, a pause or an extreme rate.
        now_s : float
            Time of the last of them.
        """
        classes, fast, slow, _, dropped, change = self._rules
        quiet = classes.is_quiet and fast.is_quiet and slow.is_quiet and dropped.is_quiet
        return quiet and change.is_quiet(now_s) and self._fibrillation.is_quiet(n)

    def finish(self) -> list[Finding]:
        """Return the findings that are not over when the recording ends."""
        found = [finding for rule in self._rules for finding in rule.finish()]
        return found + self._fibrillation.finish()

    def under_way(self) -> list[Finding]:
        """Return the findings that have begun and are not over, as they are by now."""
        found = [finding for rule in self._rules for finding in rule.under_way()]
        return found + self._fibrillation.under_way()


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
        self._found += self._rules.extend(beats, self._recording)
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
        found += search_gaps(self._recording, decisions, self._limits)
        return sort_findings(drop_explained(found))

    def _judge_windows(self, stop: int) -> None:
        while self._next_window < stop:
            before = min(stop, self._next_window + MOST_WINDOWS)
            unclear = find_unclear_windows(self._near, self._next_window, before)
            self._next_window = before
            for window in judge_windows(self._recording, unclear):
                self._found += self._fibrillation.add_window(window)
