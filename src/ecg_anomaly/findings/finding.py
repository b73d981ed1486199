"""A finding: something in a recording that a person should know of, with its level of urgency."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

#: Levels, the most urgent first. A technical finding is about the signal, never about the heart.
LEVELS = ("critical", "high", "review", "technical")


@dataclass(frozen=True)
class Kind:
    """A kind of finding: its name in text, its level, and its rhythm annotation.

    Attributes
    ----------
    label : str
        Name for people.
    level : str
        One of `LEVELS`.
    rhythm : str
        How WFDB names it in the note of a rhythm annotation, such as ``"(VT"``; ``""`` for what is
        no rhythm.
    """

    label: str
    level: str
    rhythm: str = ""


#: All kinds, in the order in which those of one level are listed.
KINDS = {
    "ventricular_fibrillation": Kind("ventricular fibrillation or flutter", "critical", "(VF"),
    "asystole": Kind("asystole", "critical", "(ASYS"),
    "ventricular_tachycardia": Kind("ventricular tachycardia", "critical", "(VT"),
    "extreme_tachycardia": Kind("extreme tachycardia", "critical"),
    "extreme_bradycardia": Kind("extreme bradycardia", "critical"),
    "atrial_fibrillation": Kind("atrial fibrillation, by irregular RR", "high", "(AFIB"),
    "pause": Kind("pause", "high"),
    "dropped_beats": Kind("dropped beats, 2:1 block", "high", "(BII"),
    "ventricular_run": Kind("ventricular run", "high"),
    "slow_ventricular_run": Kind("slow ventricular run", "high", "(IVR"),
    "supraventricular_run": Kind("supraventricular run", "high", "(SVTA"),
    "abnormal_run": Kind("run of abnormal beats", "high"),
    "rate_change": Kind("sustained change of rate", "high"),
    "couplet": Kind("ventricular couplet", "review"),
    "bigeminy": Kind("ventricular bigeminy", "review", "(B"),
    "trigeminy": Kind("ventricular trigeminy", "review", "(T"),
    "single_beats": Kind("single abnormal beats", "review"),
    "signal": Kind("signal cannot be read", "technical"),
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes
    ----------
    kind : str
        Key of `KINDS`.
    start_s, end_s : float
        From its first to its last beat, or second, in s from the start of the recording.
    found_s : float
        The moment of the recording at which it was certain: an alarm would go off here.
    beats : int
        Beats that belong to it.
    rate_bpm : float or None
        Mean heart rate in it, in beats per minute; None where there is none.
    confidence : float
        From 0 to 1: mean quality of its beats, times the mean probability of their class where the
        rule asks for classes.
    why : str
        The rule and what was measured.
    lead : str
        Lead that its beats were read on, the first one's; ``""`` where that is not known.
    """

    kind: str
    start_s: float
    end_s: float
    found_s: float
    beats: int
    rate_bpm: float | None
    confidence: float
    why: str
    lead: str = ""

    @property
    def level(self) -> str:
        """One of `LEVELS`."""
        return KINDS[self.kind].level

    @property
    def lasting_s(self) -> float:
        """Seconds from its start to its end."""
        return self.end_s - self.start_s

    def to_row(self) -> dict[str, Any]:
        """Return its attributes and level as numbers and text for JSON, times to a millisecond."""
        return describe_row(self)


def describe_row(found: Any) -> dict[str, Any]:
    """Describe a dataclass with a ``kind`` of `KINDS` and plain attributes as a row for JSON.

    Returns
    -------
    dict
        Kind, level, label and its attributes, numbers to three digits after the point.
    """
    # Not `dataclasses.asdict`, whose deep copies take ten times as long for thousands of findings.
    rounded = {k: round(v, 3) if isinstance(v, float) else v for k, v in vars(found).items()}
    kind = KINDS[found.kind]
    return {"kind": found.kind, "level": kind.level, "label": kind.label, **rounded}


def sort_findings(findings: Iterable[Finding]) -> list[Finding]:
    """Sort findings by level, then in the order of `KINDS`, then the longest first."""
    places = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(
        findings,
        key=lambda f: (LEVELS.index(f.level), places[f.kind], -f.lasting_s, -f.beats, f.start_s),
    )


def rate_of(beats: int, lasting_s: float) -> float | None:
    """Return the mean rate of so many beats from the first to the last, in beats per minute."""
    return 60 * (beats - 1) / lasting_s if beats > 1 and lasting_s > 0 else None
