"""Count the findings of records that are right, missed and wrong, by their references."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from ecg_anomaly.findings.limits import FindingLimits
from lab.findings.reference_beats import bear_out
from lab.findings.reference_rhythms import ReferenceRhythms, overlaps

VF = "ventricular_fibrillation"

#: So close to an episode, in s, a finding belongs to it: it goes over into, or comes out of, it.
NEAR_S = 10.0

#: Findings that are pauses of the reference.
PAUSES = ("pause", "asystole")


#: Verdicts on a critical finding that overlaps no episode: it lies within `NEAR_S` of one, and so
#: comes early or late; the beats of the reference bear it out, see `lab.findings.reference_beats`,
#: although it names no rhythm there; or it is false.
EARLY, UNNAMED, FALSE = "early or late", "without a note", "false"


class OutsideFinding(NamedTuple):
    """A critical finding that overlaps no episode, and the verdict on it, times in s."""

    record: str
    kind: str
    start_s: float
    end_s: float
    verdict: str


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
    outside : list of OutsideFinding
        Critical findings that overlap no episode.
    rest_s : float
        Seconds outside of episodes.
    calm_critical, calm_s : int, float
        Critical findings of records in which the reference has nothing critical, and their length.
    pauses, pauses_found, pauses_said, pauses_right : int
        Of the reference, those that were found; those that were said, those of these that are in
        the reference.
    pauses_missed, pauses_wrong : Counter of str
        By record, those of the reference that were not found, and those said that are not in it.
    """

    episodes: int = 0
    found: int = 0
    found_as_vf: int = 0
    delays_s: list[float] = field(default_factory=list)
    outside: list[OutsideFinding] = field(default_factory=list)
    rest_s: float = 0.0
    calm_critical: int = 0
    calm_s: float = 0.0
    pauses: int = 0
    pauses_found: int = 0
    pauses_said: int = 0
    pauses_right: int = 0
    pauses_missed: Counter[str] = field(default_factory=Counter)
    pauses_wrong: Counter[str] = field(default_factory=Counter)

    def add(
        self,
        reference: ReferenceRhythms,
        findings: Sequence[Mapping[str, Any]],
        limits: FindingLimits,
        record: str = "",
    ) -> None:
        """Count the findings of a record, rows of its summary."""
        critical = [row for row in findings if row["level"] == "critical"]
        self._add_episodes(reference, critical, limits)
        self.rest_s += reference.rest_s
        for row in critical:
            if not overlaps(_span(row), reference.episodes):
                verdict = judge_outside(row, reference, limits)
                self.outside.append(OutsideFinding(record, row["kind"], *_span(row), verdict))
        if not reference.critical:
            self.calm_critical += len(critical)
            self.calm_s += reference.duration_s
        said = [_span(row) for row in findings if row["kind"] in PAUSES]
        said = [span for span in said if not overlaps(span, reference.episodes)]
        found = sum(overlaps(span, said) for span in reference.pauses)
        right = sum(overlaps(span, reference.pauses) for span in said)
        self.pauses, self.pauses_found = (
            self.pauses + len(reference.pauses),
            self.pauses_found + found,
        )
        self.pauses_said, self.pauses_right = (
            self.pauses_said + len(said),
            self.pauses_right + right,
        )
        self.pauses_missed[record] += len(reference.pauses) - found
        self.pauses_wrong[record] += len(said) - right

    def count_outside(self, vf: bool, *verdicts: str) -> int:
        """Count the findings outside of episodes with one of some verdicts.

        Parameters
        ----------
        vf : bool
            Those of ventricular fibrillation, or those of all other kinds.
        *verdicts : str
            `EARLY`, `UNNAMED` or `FALSE`.
        """
        return sum((row.kind == VF) == vf and row.verdict in verdicts for row in self.outside)

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
            (
                "fibrillation that overlaps no episode, an hour of the rest",
                self.count_outside(True, EARLY, UNNAMED, FALSE),
            ),
            ("of it within 10 s of an episode", self.count_outside(True, EARLY)),
            ("of it at a tachycardia without a note", self.count_outside(True, UNNAMED)),
            ("of it false", self.count_outside(True, FALSE)),
            ("other critical ones, false", self.count_outside(False, FALSE)),
            ("other critical ones within 10 s of an episode", self.count_outside(False, EARLY)),
            ("other critical ones that the beats show", self.count_outside(False, UNNAMED)),
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


def judge_outside(
    row: Mapping[str, Any], reference: ReferenceRhythms, limits: FindingLimits
) -> str:
    """Return the verdict on a critical finding that overlaps no episode."""
    start_s, end_s = _span(row)
    if overlaps((start_s - NEAR_S, end_s + NEAR_S), reference.episodes):
        return EARLY
    borne_out = bear_out(str(row["kind"]), (start_s, end_s), *reference.beats, limits)
    return UNNAMED if borne_out else FALSE
