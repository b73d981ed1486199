"""Count the findings of records that are right, missed and wrong, by their references."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ecg_anomaly.findings.limits import FindingLimits
from lab.findings.reference_beats import bear_out
from lab.findings.reference_rhythms import ReferenceRhythms, overlaps

VF = "ventricular_fibrillation"

#: So close to an episode, in s, a finding belongs to it: it goes over into, or comes out of, it.
NEAR_S = 10.0

#: Findings that are pauses of the reference.
PAUSES = ("pause", "asystole")


@dataclass
class FindingCounts:
    """Counts over records.

    Attributes
    ----------
    episodes, found, found_as_vf : int
        Episodes of the reference as long as the limit; those that a critical finding overlaps, or
        one of ventricular fibrillation.
    delays_s : list of float
        From the start of an episode until a critical finding that overlaps it was certain.
    early_vf, early_critical : int
        Critical findings, of ventricular fibrillation and of other kinds, that overlap no episode
        but lie within `NEAR_S` of one: they are early, or late.
    unnamed_vf, unnamed_critical : int
        Further ones that the beats of the reference bear out although it names no rhythm there, see
        `lab.findings.reference_beats`.
    false_vf, false_critical : int
        All others.
    rest_s : float
        Seconds outside of episodes.
    calm_critical, calm_s : int, float
        Critical findings of records in which the reference has nothing critical, and their length.
    pauses, pauses_found, pauses_said, pauses_right : int
        Of the reference, those that were found; those that were said, those of these that are in
        the reference.
    """

    episodes: int = 0
    found: int = 0
    found_as_vf: int = 0
    delays_s: list[float] = field(default_factory=list)
    early_vf: int = 0
    early_critical: int = 0
    unnamed_vf: int = 0
    unnamed_critical: int = 0
    false_vf: int = 0
    false_critical: int = 0
    rest_s: float = 0.0
    calm_critical: int = 0
    calm_s: float = 0.0
    pauses: int = 0
    pauses_found: int = 0
    pauses_said: int = 0
    pauses_right: int = 0

    def add(
        self,
        reference: ReferenceRhythms,
        findings: Sequence[Mapping[str, Any]],
        limits: FindingLimits,
    ) -> None:
        """Count the findings of a record, rows of its summary."""
        critical = [row for row in findings if row["level"] == "critical"]
        self._add_episodes(reference, critical, limits)
        self.rest_s += reference.rest_s
        for row in critical:
            if not overlaps(_span(row), reference.episodes):
                self._add_outside(row, reference, limits)
        if not reference.critical:
            self.calm_critical += len(critical)
            self.calm_s += reference.duration_s
        said = [_span(row) for row in findings if row["kind"] in PAUSES]
        said = [span for span in said if not overlaps(span, reference.episodes)]
        self.pauses += len(reference.pauses)
        self.pauses_found += sum(overlaps(span, said) for span in reference.pauses)
        self.pauses_said += len(said)
        self.pauses_right += sum(overlaps(span, reference.pauses) for span in said)

    def _add_outside(
        self, row: Mapping[str, Any], reference: ReferenceRhythms, limits: FindingLimits
    ) -> None:
        start_s, end_s = _span(row)
        if overlaps((start_s - NEAR_S, end_s + NEAR_S), reference.episodes):
            verdict = "early"
        elif bear_out(str(row["kind"]), (start_s, end_s), *reference.beats, limits):
            verdict = "unnamed"
        else:
            verdict = "false"
        name = f"{verdict}_{'vf' if row['kind'] == VF else 'critical'}"
        setattr(self, name, getattr(self, name) + 1)

    def _add_episodes(
        self,
        reference: ReferenceRhythms,
        critical: Sequence[Mapping[str, Any]],
        limits: FindingLimits,
    ) -> None:
        for start_s, end_s in reference.episodes:
            if end_s - start_s < limits.vf_s:
                continue
            inside = [row for row in critical if overlaps(_span(row), [(start_s, end_s)])]
            self.episodes += 1
            self.found += bool(inside)
            self.found_as_vf += any(row["kind"] == VF for row in inside)
            if inside:
                self.delays_s.append(min(row["found_s"] for row in inside) - start_s)

    def list_rows(self) -> list[tuple[str, str]]:
        """Return what was counted, as names and texts."""
        rows = []
        if self.episodes:
            half, most = np.percentile(self.delays_s, [50, 90]) if self.delays_s else (0, 0)
            rows += [
                ("episodes found by a critical finding", f"{self.found} of {self.episodes}"),
                ("found as fibrillation or flutter", f"{self.found_as_vf} of {self.episodes}"),
                ("certain after their start, half and nine of ten", f"{half:.1f}, {most:.1f} s"),
            ]
        hours = self.rest_s / 3600
        counts = (
            ("false fibrillation an hour of the rest", self.false_vf),
            ("fibrillation within 10 s of an episode", self.early_vf),
            ("fibrillation at a tachycardia without a note", self.unnamed_vf),
            ("other critical ones, false", self.false_critical),
            ("other critical ones within 10 s of an episode", self.early_critical),
            ("other critical ones that the beats show", self.unnamed_critical),
        )
        rows += [(name, f"{count / hours:.2f}") for name, count in counts]
        if self.calm_s:
            text = f"{self.calm_critical / self.calm_s * 3600:.2f} ({self.calm_s / 3600:.1f} h)"
            rows.append(("critical ones an hour where the reference has none", text))
        if self.pauses:
            text = (
                f"{self.pauses_found} of {self.pauses}, {self.pauses_right} of {self.pauses_said}"
            )
            rows.append(("pauses found, said ones that are right", text))
        return rows


def _span(row: Mapping[str, Any]) -> tuple[float, float]:
    return float(row["start_s"]), float(row["end_s"])
