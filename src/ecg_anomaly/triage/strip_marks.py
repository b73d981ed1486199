"""The marks on a strip: its beats, and the parts of the signal that explain why one is flagged."""

from dataclasses import dataclass

import numpy as np

from ecg_anomaly.beats.beat_window import PARTS
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.explanation.wording import read_reasons
from ecg_anomaly.triage.strips import Strip

#: How the parts are named on a strip.
PART_NAMES = {"p": "P", "qrs": "QRS", "t": "ST-T", "": "beat"}

#: What is shaded when no single part explains a flag, in s from the R peak.
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
    state : {"unflagged", "flagged", "top", "unreadable"}
    text : str
        Shown when the pointer is on it; ``""`` for an unflagged beat.
    """

    time_s: float
    rr_s: float
    state: str
    text: str


@dataclass(frozen=True)
class PartMark:
    """A part of the signal that is shaded.

    Attributes
    ----------
    part : str
        Key of `PART_NAMES`, or ``"rr_before"`` or ``"rr_after"`` for an interval.
    start_s, end_s : float
        In s from the start of the recording.
    leads : tuple of str
        In which it is shaded.
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
        state, text = "unflagged", ""
        if decisions.unreadable[row]:
            state, text = "unreadable", f"cannot be read: {decisions.unreadable[row]}"
        elif decisions.anomalous[row]:
            state = "top" if row == strip.top else "flagged"
            aami = f"{decisions.aami[row]}, " if decisions.aami[row] else ""
            text = f"{aami}score {decisions.score[row]:.2f}: {decisions.reason[row]}"
        marks.append(BeatMark(time_s, float(decisions.rr_s[row]), state, text))
    return marks


def mark_parts(decisions: BeatDecisions, strip: Strip, leads: tuple[str, ...]) -> list[PartMark]:
    """List the parts that explain the flags of a strip.

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
