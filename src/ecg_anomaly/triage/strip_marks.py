"""What is marked on a strip: the beats, and the parts that made them unusual."""

from dataclasses import dataclass

import numpy as np

from ecg_anomaly.beats.beat_window import PARTS
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.explanation.wording import read_reasons
from ecg_anomaly.triage.strips import Strip

#: How the parts are named on a strip.
PART_NAMES = {"p": "P", "qrs": "QRS", "t": "ST-T", "": "beat"}

#: What is shaded when no single part stands out, in s from the R peak.
WHOLE_BEAT_S = (-0.30, 0.45)


@dataclass(frozen=True)
class BeatMark:
    """A beat on a strip.

    Attributes
    ----------
    time_s : float
        Of its R peak.
    rr_s : float
        From the beat before; NaN for the first one of the recording or after missing signal.
    state : {"usual", "flagged", "top", "unreadable"}
    said : str
        What is to be said of it; ``""`` for a usual one.
    """

    time_s: float
    rr_s: float
    state: str
    said: str


@dataclass(frozen=True)
class PartMark:
    """A part of the signal that is shaded, in s, in some leads or, if none is named, in all.

    Attributes
    ----------
    part : str
        Key of `PART_NAMES`, or ``"rr_before"`` or ``"rr_after"`` for an interval.
    start_s, end_s : float
    leads : tuple of str
    named : bool
        True for the parts of the beat that the strip is about: their names are written.
    """

    part: str
    start_s: float
    end_s: float
    leads: tuple[str, ...]
    named: bool


def mark_beats(decisions: BeatDecisions, strip: Strip) -> list[BeatMark]:
    """List the beats of a strip."""
    marks = []
    for row in _rows(decisions, strip):
        time_s = float(decisions.time_s[row])
        state, said = "usual", ""
        if decisions.unreadable[row]:
            state, said = "unreadable", f"cannot be read: {decisions.unreadable[row]}"
        elif decisions.anomalous[row]:
            state = "top" if row == strip.top else "flagged"
            said = f"score {decisions.score[row]:.2f}: {decisions.reason[row]}"
        marks.append(BeatMark(time_s, float(decisions.rr_s[row]), state, said))
    return marks


def mark_parts(decisions: BeatDecisions, strip: Strip, leads: tuple[str, ...]) -> list[PartMark]:
    """List what made the flagged beats of a strip unusual.

    Parameters
    ----------
    decisions : BeatDecisions
    strip : Strip
    leads : tuple of str
        Of the recording.

    Returns
    -------
    list of PartMark
        Every part of the beat that the strip is about, and the one behind the strongest reason of
        each other one; cut at the edges of the strip.
    """
    marks = []
    for row in _rows(decisions, strip):
        if not decisions.anomalous[row]:
            continue
        named = row == strip.top
        reasons = read_reasons(str(decisions.reason[row]), leads)
        found: dict[str, set[str]] = {}
        for reason in reasons if named else reasons[:1]:
            found.setdefault(reason.part, set()).update(reason.leads or leads)
        for part, where in (found or {"": set(leads)}).items():
            start_s, end_s = _extent(decisions, row, part)
            start_s, end_s = max(start_s, strip.start_s), min(end_s, strip.end_s)
            shown = tuple(lead for lead in leads if lead in where)
            if start_s < end_s:
                marks.append(PartMark(part, start_s, end_s, shown, named))
    return marks


def _rows(decisions: BeatDecisions, strip: Strip) -> range:
    first, end = np.searchsorted(decisions.time_s, [strip.start_s, strip.end_s])
    return range(int(first), int(end))


def _extent(decisions: BeatDecisions, row: int, part: str) -> tuple[float, float]:
    time_s, last = decisions.time_s, len(decisions.time_s) - 1
    if part == "rr_before":
        return float(time_s[max(0, row - 1)]), float(time_s[row])
    if part == "rr_after":
        return float(time_s[row]), float(time_s[min(last, row + 1)])
    start_s, end_s = PARTS.get(part, WHOLE_BEAT_S)
    return float(time_s[row]) + start_s, float(time_s[row]) + end_s
