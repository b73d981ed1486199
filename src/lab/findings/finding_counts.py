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
    false_vf, false_critical : int
        Critical findings, of ventricular fibrillation and of other kinds, outside of episodes.
    bare_vf, bare_critical : int
        Those of them that lie no closer than `NEAR_S` to an episode, and that the beats of the
        reference do not bear out, see `lab.findings.reference_beats`.
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
    false_vf: int = 0
    false_critical: int = 0
    bare_vf: int = 0
    bare_critical: int = 0
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
        outside = [row for row in critical if not overlaps(_span(row), reference.episodes)]
        self.false_vf += sum(row["kind"] == VF for row in outside)
        self.false_critical += sum(row["kind"] != VF for row in outside)
        bare = [row for row in outside if not _is_borne_out(row, reference, limits)]
        self.bare_vf += sum(row["kind"] == VF for row in bare)
        self.bare_critical += sum(row["kind"] != VF for row in bare)
        if not reference.critical:
            self.calm_critical += len(critical)
            self.calm_s += reference.duration_s
        said = [_span(row) for row in findings if row["kind"] in PAUSES]
        said = [span for span in said if not overlaps(span, reference.episodes)]
        self.pauses += len(reference.pauses)
        self.pauses_found += sum(overlaps(span, said) for span in reference.pauses)
        self.pauses_said += len(said)
        self.pauses_right += sum(overlaps(span, reference.pauses) for span in said)

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
        rows += [
            ("fibrillation an hour outside of them", f"{self.false_vf / hours:.2f}"),
            ("of these not borne out by the reference's beats", f"{self.bare_vf / hours:.2f}"),
            ("other critical ones an hour outside of them", f"{self.false_critical / hours:.2f}"),
            (
                "of those not borne out by the reference's beats",
                f"{self.bare_critical / hours:.2f}",
            ),
        ]
        if self.calm_s:
            text = f"{self.calm_critical / self.calm_s * 3600:.2f} ({self.calm_s / 3600:.1f} h)"
            rows.append(("critical ones an hour where the reference has none", text))
        if self.pauses:
            text = (
                f"{self.pauses_found} of {self.pauses}, {self.pauses_right} of {self.pauses_said}"
            )
            rows.append(("pauses found, said ones that are right", text))
        return rows


def _is_borne_out(
    row: Mapping[str, Any], reference: ReferenceRhythms, limits: FindingLimits
) -> bool:
    start_s, end_s = _span(row)
    if overlaps((start_s - NEAR_S, end_s + NEAR_S), reference.episodes):
        return True
    beats = reference.beat_s, reference.ventricular
    return bear_out(str(row["kind"]), (start_s, end_s), *beats, limits)


def _span(row: Mapping[str, Any]) -> tuple[float, float]:
    return float(row["start_s"]), float(row["end_s"])
