"""Events of live monitoring: flagged beats, findings, alarms and technical problems.

An event is named by its stream, its sample and its kind, and these depend on the signal alone.
After a restart the same signal gives the same names, so that whoever keeps events, such as
`ecg_anomaly.live.outputs.event_store`, can tell a repeated one from a new one.
"""

import json
import math
from dataclasses import dataclass, field
from typing import Any

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.finding import Finding

#: Groups of events, the first part of their kind.
BEAT, FINDING, ALARM, TECHNICAL, STREAM = "beat", "finding", "alarm", "technical", "stream"

#: Decimals of the numbers in an event.
DECIMALS = 4


@dataclass(frozen=True)
class Event:
    """Something that is said of a stream.

    Attributes
    ----------
    stream : str
        Which stream, or patient, it is about.
    sample : int
        Where, in samples from the start of the stream.
    kind : str
        What, such as ``"beat"``, ``"finding.pause"``, ``"alarm.asystole.raised"``.
    time_s : float
        `sample` in s by the sampling rate.
    said : dict
        The rest, ready for JSON: numbers, text, lists of these.
    run : int
        Number of the run of its stream; 0 where nothing is kept.
    """

    stream: str
    sample: int
    kind: str
    time_s: float
    said: dict[str, Any] = field(default_factory=dict, compare=False)
    run: int = field(default=0, compare=False)

    @property
    def key(self) -> tuple[str, int, str]:
        """What tells it from every other event."""
        return self.stream, self.sample, self.kind

    @property
    def group(self) -> str:
        """The first part of its kind, one of the groups of this module."""
        return self.kind.partition(".")[0]

    def to_row(self) -> dict[str, Any]:
        """Return everything as one flat dict; numbers are rounded, NaN becomes None."""
        head: dict[str, Any] = {"stream": self.stream, "sample": self.sample, "kind": self.kind}
        if self.run:
            head["run"] = self.run
        return {**head, "time_s": round(self.time_s, 3), **_plain(self.said)}

    def to_json(self) -> str:
        """Return `to_row` as one line of JSON."""
        return json.dumps(self.to_row(), ensure_ascii=False, allow_nan=False)


def beat_events(stream: str, decisions: BeatDecisions) -> list[Event]:
    """Make an event of each flagged beat.

    Parameters
    ----------
    stream : str
    decisions : BeatDecisions
        On some consecutive beats; mostly none.
    """
    if not len(decisions):
        return []
    return [
        Event(
            stream,
            int(decisions.sample[row]),
            BEAT,
            float(decisions.time_s[row]),
            {
                "score": float(decisions.score[row]),
                "class": str(decisions.aami[row]),
                "probability": float(decisions.probability[row]),
                "quality": float(decisions.quality[row]),
                "rr_s": float(decisions.rr_s[row]),
                "lead": str(decisions.lead[row]),
                "reason": str(decisions.reason[row]),
            },
        )
        for row, flagged in enumerate(decisions.anomalous.tolist())
        if flagged
    ]


def finding_event(stream: str, finding: Finding, fs: float) -> Event:
    """Make an event of a finding that is over; its sample is that of its start."""
    row = finding.to_row()
    kind = f"{FINDING}.{row.pop('kind')}"
    return Event(stream, round(finding.start_s * fs), kind, finding.start_s, row)


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return round(value, DECIMALS) if math.isfinite(value) else None
    return value
