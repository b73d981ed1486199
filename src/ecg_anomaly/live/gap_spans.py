"""The signal since the last beat, as spans of time with what was found in each.

States are those of `ecg_anomaly.findings.beatless_signal`, and `LATER`.
"""

from collections.abc import Sequence

from ecg_anomaly.findings.beat_gaps import AFTER_PEAK_S
from ecg_anomaly.findings.beatless_signal import FLAT, MISSING, SILENT, STEEP

#: State of signal that is not examined yet.
LATER = "later"

#: Spans of a gap that are kept, at most; the oldest are forgotten.
MOST_SPANS = 400

#: Start and end in s, and state.
Span = tuple[float, float, str]


def add_span(spans: list[Span], span: Span) -> list[Span]:
    """Return spans with one more, which continues the last one if it is of the same state."""
    if spans and spans[-1][2] == span[2]:
        return [*spans[:-1], (spans[-1][0], span[1], span[2])]
    return [*spans[1 - MOST_SPANS :], span]


def cut_before(spans: Sequence[Span], start_s: float) -> list[Span]:
    """Return what lies after a time in s."""
    return [(max(a, start_s), b, state) for a, b, state in spans if b > start_s]


def silent_since(
    spans: Sequence[Span], beat_s: float | None, steep_s: float | None
) -> float | None:
    """Return since when there is no QRS complex on readable signal, in s; None while there is.

    Parameters
    ----------
    spans : sequence of (float, float, str)
    beat_s : float or None
        Time of the beat before them in s; None before the first.
    steep_s : float or None
        Where the signal last rose as a QRS complex does, in s.
    """
    if not spans or spans[-1][2] != SILENT:
        return None
    start_s = spans[-1][0]
    before = spans[-2][2] if len(spans) > 1 else None
    if before == STEEP and steep_s is not None:
        return steep_s
    if before is None and beat_s is not None and start_s - beat_s <= AFTER_PEAK_S:
        return beat_s
    return start_s


def off_since(spans: Sequence[Span]) -> float | None:
    """Return since when nothing is attached or recorded, in s; None while there is a signal."""
    since_s = None
    for start_s, _, state in reversed(spans):
        if state not in (FLAT, MISSING):
            break
        since_s = start_s
    return since_s
