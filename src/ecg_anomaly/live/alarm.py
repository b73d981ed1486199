"""One alarm: its kind, its priority and its state."""

from dataclasses import asdict, dataclass
from typing import Any

from ecg_anomaly.findings.finding import KINDS, Finding
from ecg_anomaly.live.alarm_settings import CRITICAL

#: Names of technical problems for people; findings have theirs in `findings.finding.KINDS`.
TECHNICAL_LABELS = {
    "leads_off": "leads off",
    "link_lost": "link lost",
    "noise": "beats cannot be read",
}

#: States of an alarm: its condition goes on; it is over and waits to be acknowledged; it goes on
#: and was acknowledged; nothing is left of it.
ACTIVE, LATCHED, ACKNOWLEDGED, OVER = "active", "latched", "acknowledged", "over"


def label_of(kind: str) -> str:
    """Return the name of a kind of alarm for people."""
    return KINDS[kind].label if kind in KINDS else TECHNICAL_LABELS.get(kind, kind)


@dataclass(frozen=True)
class Condition:
    """Something that may raise an alarm.

    Attributes
    ----------
    kind : str
        Of a finding or a technical problem.
    start_s, found_s : float
        When it began, and when it was certain.
    end_s : float or None
        When it was over; None while it goes on.
    text : str
        For people.
    """

    kind: str
    start_s: float
    found_s: float
    end_s: float | None
    text: str

    @classmethod
    def of_finding(cls, finding: Finding, over: bool) -> "Condition":
        """Return the condition that a finding is."""
        end_s = finding.end_s if over else None
        return cls(finding.kind, finding.start_s, finding.found_s, end_s, finding.why)


@dataclass
class Alarm:
    """An alarm of one kind that is not done with.

    Attributes
    ----------
    key : str
        Names it for whoever acknowledges it.
    kind, priority, text : str
    start_s, raised_s : float
        When its condition began, and when it was raised last.
    last_s : float
        When its condition was seen last.
    end_s : float or None
        When the condition was over; None while it goes on.
    acknowledged : bool
    count : int
        Findings that belong to it.
    escalations : int
        Times that it was made more urgent.
    quiet : bool
        True if it was raised in quiet mode.
    """

    key: str
    kind: str
    priority: str
    text: str
    start_s: float
    raised_s: float
    last_s: float
    end_s: float | None = None
    acknowledged: bool = False
    count: int = 1
    escalations: int = 0
    quiet: bool = False

    @property
    def state(self) -> str:
        """One of the states of this module; only critical alarms are latched."""
        if self.end_s is None:
            return ACKNOWLEDGED if self.acknowledged else ACTIVE
        return LATCHED if self.priority == CRITICAL and not self.acknowledged else OVER

    def to_row(self, fs: float) -> dict[str, Any]:
        """Return it for JSON, with its state, its label and the sample at which it was raised."""
        row = {"label": label_of(self.kind), "state": self.state, **asdict(self)}
        return {**row, "at_sample": round(self.raised_s * fs)}
