"""Read another lead of a recording where the first one cannot be read for long.

A detector reads the lead that it prefers. When that lead comes off, or ends with a segment of the
recording, the others are often good. So each stretch that is unreadable on the first lead is scored
again as a recording of its own, without that lead: what is usual for the person is learnt anew, as
the shape of beats on one lead says nothing of it on another.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.lead_choice import choose_leads
from ecg_anomaly.beats.readability import OUTSIDE
from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.records.record import StreamedRecord
from ecg_anomaly.records.recording_part import RecordingPart

#: Unreadable beats that are no further apart belong to one stretch, s.
JOIN_S = 5.0

#: Shortest stretch that is scored again, in s: less is too short to learn what is usual.
LEAST_S = 20.0

#: What is read on either side of a stretch, s, so that filters and R peak detection settle.
MARGIN_S = 10.0

Score = Callable[[StreamedRecord], Iterator[BeatDecisions]]

#: First and last row of a stretch.
Rows = tuple[int, int]


def read_other_leads(
    recording: StreamedRecord,
    parts: Iterable[BeatDecisions],
    preferred: list[list[str]],
    score: Score,
) -> Iterator[BeatDecisions]:
    """Pass decisions on; in long unreadable stretches, those on another lead if it can be read.

    Parameters
    ----------
    recording : StreamedRecord
        Of one lead or more.
    parts : iterable of BeatDecisions
        On consecutive beats of it.
    preferred : list of list of str
        Names of the detector's leads, as for `choose_leads`.
    score : callable
        Scores a recording on its first lead.

    Yields
    ------
    BeatDecisions
        On consecutive beats. They do not depend on where `parts` begin and end.
    """
    if len(recording.leads) < 2:
        yield from parts
        return
    held: list[BeatDecisions] = []
    for part in parts:
        held.append(part)
        if len(part) and not _may_go_on(part):
            joined = concatenate_decisions(held)
            yield _replace_stretches(recording, joined, preferred, score)
            held = []
    if held:
        yield _replace_stretches(recording, concatenate_decisions(held), preferred, score)


def find_stretches(decisions: BeatDecisions) -> list[Rows]:
    """Find the stretches that are unreadable for `LEAST_S` or more.

    Returns
    -------
    list of (int, int)
        First and last row of each. Most beats between them are unreadable.
    """
    bad = np.flatnonzero(_is_bad(decisions))
    if not len(bad):
        return []
    edges = np.flatnonzero(np.diff(decisions.time_s[bad]) > JOIN_S)
    firsts, lasts = bad[np.append(0, edges + 1)], bad[np.append(edges, len(bad) - 1)]
    counts = np.diff(np.append(np.append(0, edges + 1), len(bad)))
    lasting = decisions.time_s[lasts] - decisions.time_s[firsts] >= LEAST_S
    mostly = 2 * counts > lasts - firsts + 1
    rows = np.column_stack([firsts, lasts])[lasting & mostly]
    return [(int(first), int(last)) for first, last in rows]


def list_leads_read(decisions: BeatDecisions) -> list[dict[str, object]]:
    """List which lead was read when.

    Returns
    -------
    list of dict
        ``start_s``, ``end_s`` (of the first and last beat) and ``lead`` of each span, in order.
    """
    if not len(decisions):
        return []
    change = np.flatnonzero(decisions.lead[1:] != decisions.lead[:-1]) + 1
    firsts, lasts = np.append(0, change), np.append(change - 1, len(decisions) - 1)
    return [
        {
            "start_s": round(float(decisions.time_s[a]), 3),
            "end_s": round(float(decisions.time_s[b]), 3),
            "lead": str(decisions.lead[a]),
        }
        for a, b in zip(firsts, lasts, strict=True)
    ]


def _is_bad(decisions: BeatDecisions) -> NDArray[np.bool_]:
    return np.asarray((decisions.unreadable != "") & (decisions.unreadable != OUTSIDE), bool)


def _may_go_on(part: BeatDecisions) -> bool:
    """Say whether an unreadable stretch may go on after the end of a part."""
    bad = np.flatnonzero(_is_bad(part))
    return bool(len(bad)) and part.time_s[-1] - part.time_s[bad[-1]] <= JOIN_S


def _replace_stretches(
    recording: StreamedRecord, decisions: BeatDecisions, preferred: list[list[str]], score: Score
) -> BeatDecisions:
    pieces, done = [], 0
    for first, last in find_stretches(decisions):
        found = _score_again(recording, decisions, (first, last), preferred, score)
        if found is not None:
            pieces += [_rows(decisions, done, first), found]
            done = last + 1
    if not pieces:
        return decisions
    return concatenate_decisions([*pieces, _rows(decisions, done, len(decisions))])


def _score_again(
    recording: StreamedRecord,
    decisions: BeatDecisions,
    stretch: Rows,
    preferred: list[list[str]],
    score: Score,
) -> BeatDecisions | None:
    """Score a stretch without its first lead; None where that is no better."""
    failed = choose_leads(recording.leads, preferred)[0]
    columns = tuple(c for c in range(len(recording.leads)) if c != failed)
    low, high = _edges(recording, decisions, stretch)
    margin = round(MARGIN_S * recording.fs)
    start, stop = max(0, low - margin), min(recording.n_samples, high + margin)
    part = RecordingPart(recording, start, stop, columns)
    found = concatenate_decisions(read_other_leads(part, score(part), preferred, score))
    inside = (found.sample + start >= low) & (found.sample + start < high)
    rows = np.flatnonzero(inside)
    if not len(rows):
        return None
    found = _rows(found, int(rows[0]), int(rows[-1]) + 1)
    former = _rows(decisions, stretch[0], stretch[1] + 1)
    if (found.unreadable == "").sum() <= (former.unreadable == "").sum():
        return None
    offset_s = start / recording.fs
    return replace(found, sample=found.sample + start, time_s=found.time_s + offset_s)


def _edges(recording: StreamedRecord, decisions: BeatDecisions, stretch: Rows) -> Rows:
    """Return the samples between which a stretch lies: halfway to the beats around it."""
    first, last = stretch
    sample = decisions.sample
    low = (int(sample[first - 1]) + int(sample[first])) // 2 if first else 0
    after = last + 1 < len(sample)
    high = (int(sample[last]) + int(sample[last + 1])) // 2 if after else recording.n_samples
    return low, high


def _rows(decisions: BeatDecisions, first: int, stop: int) -> BeatDecisions:
    return BeatDecisions(
        **{name: getattr(decisions, name)[first:stop] for name in decisions.columns()}
    )
