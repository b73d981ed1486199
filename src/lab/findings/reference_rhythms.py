"""What the reference annotations of a record say that findings can be compared with.

An episode is what lies between ``[`` and ``]``, or from a note ``(VF``, ``(VFL`` or ``(VT`` to the
next note of a rhythm; without an end it lasts to the end of the record. A pause is an interval
between two beats outside of episodes.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.records.beat_labels import aami_class, is_beat
from ecg_anomaly.records.wfdb.wfdb_annotations import AnnotationFile, read_annotation_file

#: Notes of rhythms that are episodes.
VENTRICULAR_NOTES = ("(VF", "(VFL", "(VT")

Span = tuple[float, float]


@dataclass(frozen=True)
class ReferenceRhythms:
    """The reference of a record, times in s.

    Attributes
    ----------
    duration_s : float
    episodes : list of (float, float)
        Ventricular fibrillation, flutter and tachycardia, joined where they overlap.
    pauses : list of (float, float)
        Intervals as long as a pause, or longer.
    critical : bool
        True if by the limits of findings something of it is critical: an episode, ventricular beats
        in a row, extreme rates, a pause.
    beat_s, ventricular : (n,) float64, (n,) bool
        Its beats, and whether each is ventricular.
    """

    duration_s: float
    episodes: list[Span]
    pauses: list[Span]
    critical: bool
    beat_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    ventricular: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))

    @property
    def beats(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """`beat_s` and `ventricular`."""
        return self.beat_s, self.ventricular

    @property
    def rest_s(self) -> float:
        """Seconds outside of episodes."""
        return self.duration_s - sum(end_s - start_s for start_s, end_s in self.episodes)


def read_reference_rhythms(
    path: Path, fs: float, duration_s: float, limits: FindingLimits
) -> ReferenceRhythms:
    """Read the reference annotations of a record.

    Raises
    ------
    UserError
        When the file is missing or malformed.
    """
    marks = read_annotation_file(path)
    time_s, symbol = marks.sample / fs, marks.symbol
    spans = _find_brackets(time_s, symbol, duration_s)
    spans += find_notes(marks, fs, duration_s, VENTRICULAR_NOTES)
    episodes = _join(spans)
    beats = is_beat(symbol)
    beat_s, classes = time_s[beats], aami_class(symbol[beats])
    pauses = [
        (a, b)
        for a, b in pairwise(beat_s.tolist())
        if b - a >= limits.pause_s and not overlaps((a, b), episodes)
    ]
    critical = bool(episodes or pauses) or _has_extremes(beat_s, classes, limits)
    return ReferenceRhythms(duration_s, episodes, pauses, critical, beat_s, classes == "V")


def overlaps(span: Span, others: list[Span]) -> bool:
    """Tell whether a span has a moment in common with another one."""
    return any(span[0] < end_s and span[1] > start_s for start_s, end_s in others)


def _find_brackets(
    time_s: NDArray[np.float64], symbol: NDArray[np.str_], end_s: float
) -> list[Span]:
    found, begun = [], None
    for at_s, code in zip(time_s.tolist(), symbol.tolist(), strict=True):
        if code == "[" and begun is None:
            begun = at_s
        elif code == "]" and begun is not None:
            found.append((begun, at_s))
            begun = None
    return found if begun is None else [*found, (begun, end_s)]


def find_notes(
    marks: AnnotationFile, fs: float, end_s: float, wanted: Collection[str]
) -> list[Span]:
    """Find start and end in s of what has one of some notes of a rhythm, up to the next note."""
    rows = np.flatnonzero(marks.symbol == "+")
    starts = (marks.sample[rows] / fs).tolist()
    notes = marks.note[rows].tolist()
    return [
        span for span, note in zip(pairwise([*starts, end_s]), notes, strict=True) if note in wanted
    ]


def _join(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start_s, end_s in sorted(spans):
        if joined and start_s <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end_s))
        else:
            joined.append((start_s, end_s))
    return joined


def _has_extremes(
    beat_s: NDArray[np.float64], classes: NDArray[np.str_], limits: FindingLimits
) -> bool:
    """Tell whether beats in a row are as ventricular, as fast or as slow as limits ask."""
    rr_s = np.diff(beat_s)
    slow = _any_in_a_row(rr_s > 60 / limits.brady_bpm, limits.brady_beats - 1)
    n = limits.tachy_beats - 1
    fast = bool((beat_s[n:] - beat_s[:-n] < n * 60 / limits.tachy_bpm).any())
    quick = (classes[1:] == "V") & (classes[:-1] == "V") & (rr_s <= 60 / limits.vt_bpm)
    return slow or fast or _any_in_a_row(quick, limits.vt_beats - 1)


def _any_in_a_row(holds: NDArray[np.bool_], n: int) -> bool:
    sums = np.cumsum(np.append(0, holds))
    return bool((sums[n:] - sums[:-n] == n).any()) if len(holds) >= n else False
