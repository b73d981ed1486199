"""Rules on classes of beats: ventricular tachycardia, runs, couplets, patterns, single beats."""

from copy import deepcopy

from ecg_anomaly.beats.readability import TRUSTED_QUALITY
from ecg_anomaly.findings.beat_batch import (
    CLASS_NAMES,
    NORMAL,
    SUPRAVENTRICULAR,
    UNREADABLE,
    VENTRICULAR,
    BeatBatch,
)
from ecg_anomaly.findings.class_filling import ClassFiller
from ecg_anomaly.findings.class_gaps import GapFiller
from ecg_anomaly.findings.class_runs import ClassRun, ClassRuns
from ecg_anomaly.findings.finding import Finding, rate_of
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.findings.run_edges import EdgeFiller
from ecg_anomaly.findings.run_onsets import OnsetFiller
from ecg_anomaly.findings.single_beats import SingleBeats
from ecg_anomaly.findings.ventricular_patterns import PatternRule


class ClassRule:
    """Finds what beats of one class in a row, or in turn with others, amount to.

    Parameters
    ----------
    limits : FindingLimits
    """

    def __init__(self, limits: FindingLimits) -> None:
        self._limits, self._runs = limits, ClassRuns(limits.vt_beats, limits.vt_bpm)
        self._patterns, self._singles = PatternRule(limits.pattern_repeats), SingleBeats()
        # Each takes what the one before it has filled.
        self._fillers: tuple[ClassFiller, ...] = (
            OnsetFiller(limits.vt_beats, limits.vt_bpm),
            GapFiller(limits.vt_bpm),
            EdgeFiller(limits),
        )

    def extend(self, beats: BeatBatch) -> list[Finding]:
        """Take the next beats and return the findings that are over."""
        for filler in self._fillers:
            beats = filler.extend(beats)
        return self._judge(self._runs.extend(beats))

    def finish(self) -> list[Finding]:
        """Return the findings that are not over when the recording ends, and the single beats."""
        last: list[Finding] = []
        for place, filler in enumerate(self._fillers):
            held = filler.finish()
            if held is not None:
                for later in self._fillers[place + 1 :]:
                    held = later.extend(held)
                last += self._judge(self._runs.extend(held))
        last += self._judge(self._runs.finish())
        return [*last, *self._patterns.finish(), *self._singles.finish()]

    @property
    def is_quiet(self) -> bool:
        """True while no abnormal beat is the last one, and none is held back."""
        return not (self._runs.n_abnormal or any(filler.n_held for filler in self._fillers))

    def under_way(self) -> list[Finding]:
        """Return the runs that are not over, as they are by now.

        Patterns and single beats are said when they are over.
        """
        n_open = self._runs.n_abnormal + sum(filler.n_held for filler in self._fillers)
        if n_open < 2:  # a single beat is no run
            return []
        return deepcopy(self).finish()

    def _judge(self, runs: list[ClassRun]) -> list[Finding]:
        found: list[Finding] = []
        for run in runs:
            found += self._patterns.add(run)
            if run.number in (NORMAL, UNREADABLE):
                continue
            if run.beats == 1:
                self._singles.add(run)
            elif run.beats >= self._limits.run_beats or run.number == VENTRICULAR:
                found.append(self._describe(run))
        return found

    def _describe(self, run: ClassRun) -> Finding:
        rate = rate_of(run.beats, run.end_s - run.start_s)
        kind, found_s = self._name(run, rate), run.end_s
        name = CLASS_NAMES[run.number]
        why = f"{run.beats} {name} beats in a row"
        if kind == "ventricular_tachycardia":
            found_s = run.fast_s
            lasting_s = run.end_s - run.start_s
            sustained = lasting_s >= self._limits.vt_sustained_s
            why += f", {'sustained, ' if sustained else ''}{lasting_s:.1f} s"
        if rate is not None:
            why += f", {rate:.0f} a minute"
        return Finding(
            kind, run.start_s, run.end_s, found_s, run.beats, rate, _sure(run), why, run.lead
        )

    def _name(self, run: ClassRun, rate: float | None) -> str:
        if run.number != VENTRICULAR:
            return "supraventricular_run" if run.number == SUPRAVENTRICULAR else "abnormal_run"
        if run.beats < self._limits.run_beats:
            return "couplet"
        if run.beats < self._limits.vt_beats:
            return "ventricular_run"
        clear = run.quality >= TRUSTED_QUALITY * run.beats
        if clear and run.fast_s == run.fast_s:
            return "ventricular_tachycardia"
        slow = rate is not None and rate < self._limits.vt_bpm
        return "slow_ventricular_run" if slow else "ventricular_run"


def _sure(run: ClassRun) -> float:
    return run.sure / run.beats * run.quality / run.beats
