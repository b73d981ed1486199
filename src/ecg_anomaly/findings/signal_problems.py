"""Report what cannot be read of a recording as technical findings, never as a rhythm."""

from collections.abc import Iterable
from typing import Protocol

import numpy as np

from ecg_anomaly.beats.readability import OUTSIDE
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.findings.finding import Finding


class UnreadableSpan(Protocol):
    """A span of a recording that cannot be read, in s from the start, and the reason."""

    @property
    def start_s(self) -> float: ...  # noqa: D102
    @property
    def end_s(self) -> float: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102


def find_signal_problems(
    spans: Iterable[UnreadableSpan], decisions: BeatDecisions
) -> list[Finding]:
    """Make a finding of the spans of each reason.

    Parameters
    ----------
    spans : iterable of UnreadableSpan
        In order, without overlap.
    decisions : BeatDecisions
        Tell which lead is meant, where beats were found in the longest span.

    Returns
    -------
    list of Finding
        One for each reason, at the longest span that it is given for. That the first or the last
        beat is cut off by the ends of the recording is no problem of its signal.
    """
    by_reason: dict[str, list[UnreadableSpan]] = {}
    for span in spans:
        if span.reason != OUTSIDE:
            by_reason.setdefault(span.reason, []).append(span)
    return [_describe(reason, alike, decisions) for reason, alike in by_reason.items()]


def _describe(reason: str, spans: list[UnreadableSpan], decisions: BeatDecisions) -> Finding:
    total_s = sum(span.end_s - span.start_s for span in spans)
    longest = max(spans, key=lambda span: span.end_s - span.start_s)
    first, stop = np.searchsorted(decisions.time_s, (longest.start_s, longest.end_s)).tolist()
    lead = str(decisions.lead[first]) if first < stop else ""
    many = f"{len(spans)} spans, " if len(spans) > 1 else ""
    why = f"{reason}: {many}{total_s:.0f} s in all"
    return Finding(
        "signal",
        longest.start_s,
        longest.end_s,
        longest.start_s,
        stop - first,
        None,
        1.0,
        why,
        lead,
    )
