"""Find the segments of a recording that cannot be read, and say why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.readability import CLIPPED, FLAT, MISSING, NOISE, UNCLEAR
from ecg_anomaly.features.rhythm_context import RR_LIMITS_S
from ecg_anomaly.records.averaged_record import average_down
from ecg_anomaly.records.record import StreamedRecord

NO_BEAT = "no beat found"

#: What a reason means, where its words alone may mislead a reader of the page.
MEANINGS = {
    NOISE: "muscle noise or interference covers what tells beats apart",
    UNCLEAR: (
        "no QRS complexes stand out, and none is like the next: electrode motion, or fibrillation. "
        "Look at it"
    ),
    CLIPPED: "the recorder ran out of range for most of a QRS complex",
    NO_BEAT: (
        "a signal without heartbeats: a very long pause, or an ECG that the algorithm cannot read. "
        "Look at it"
    ),
}

#: Between beats further apart than this, in s, the samples are examined; pauses are shorter.
LONGEST_RR_S = RR_LIMITS_S[1]

#: A signal without beats is unreadable if it lasts so long, in s; less is a pause of the heart.
SHORTEST_NO_BEAT_S = 10.0

#: Segments with the same reason that lie closer are one.
JOIN_S = 2.0

#: So many leads are examined at most, the first ones.
MOST_LEADS = 12

#: Samples are examined second by second, and read so many seconds of a lead at a time.
_BLOCK_S = 600


@dataclass(frozen=True)
class Segment:
    """A segment of a recording that cannot be read, in s from the start, and the reason."""

    start_s: float
    end_s: float
    reason: str


def find_unreadable(
    recording: StreamedRecord,
    time_s: NDArray[np.float64],
    unreadable: NDArray[np.str_],
    window: BeatWindow,
    flat_mv: float,
) -> list[Segment]:
    """Find the segments that the detector could not read on any lead.

    Parameters
    ----------
    recording : StreamedRecord
        Only what lies between distant beats is read.
    time_s : (n,) float64
        R peaks in s, ascending; empty for a recording without beats.
    unreadable : (n,) str
        Why each beat cannot be read; ``""`` where it can.
    window : BeatWindow
        Of the beats.
    flat_mv : float
        Difference between the largest and the smallest value of a flat second, in mV.

    Returns
    -------
    list of Segment
        In order, without overlap. The reason is that of the beats, or, between beats, where that is
        so of every lead, ``"missing samples"`` or ``"flat"``, or ``"no beat found"`` where a signal
        is there but no beat for `SHORTEST_NO_BEAT_S`.
    """
    duration_s = recording.n_samples / recording.fs
    found = _around_beats(time_s, unreadable, duration_s, window)
    slow = average_down(recording)
    for start_s, end_s in _beatless_spans(time_s, duration_s, window):
        found += _examine_span(slow, start_s, end_s, flat_mv)
    return merge_segments(found)


def merge_segments(segments: list[Segment]) -> list[Segment]:
    """Join segments with the same reason that are closer than `JOIN_S`.

    Of two with different reasons that overlap, the later one begins where the earlier one ends,
    and is dropped if nothing of it is left.
    """
    return list(_join(sorted(segments, key=lambda s: (s.start_s, s.end_s))))


def _join(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Join segments in the order of time, see `merge_segments`, without holding all of them."""
    last: Segment | None = None
    for segment in segments:
        if last is None:
            last = segment
        elif last.reason == segment.reason and segment.start_s - last.end_s < JOIN_S:
            last = replace(last, end_s=max(last.end_s, segment.end_s))
        elif segment.end_s > last.end_s:
            yield last
            last = replace(segment, start_s=max(segment.start_s, last.end_s))
    if last is not None:
        yield last


def _around_beats(
    time_s: NDArray[np.float64],
    unreadable: NDArray[np.str_],
    duration_s: float,
    window: BeatWindow,
) -> list[Segment]:
    """Make one segment of neighbours with the same reason: a week may have a million such beats."""
    rows = np.flatnonzero(unreadable != "")
    if not len(rows):
        return []
    start = np.maximum(time_s[rows] - window.before_s, 0.0)
    end = np.minimum(time_s[rows] + window.after_s, duration_s)
    reason = unreadable[rows]
    # Between beats further apart than `LONGEST_RR_S` there may be another reason.
    distant = np.diff(time_s[rows]) > LONGEST_RR_S
    apart = distant | (start[1:] - end[:-1] >= JOIN_S) | (reason[1:] != reason[:-1])
    first, last = np.append(True, apart), np.append(apart, True)
    columns = (start[first].tolist(), end[last].tolist(), reason[first].tolist())
    return [Segment(*values) for values in zip(*columns, strict=True)]


def _beatless_spans(
    time_s: NDArray[np.float64], duration_s: float, window: BeatWindow
) -> Iterator[tuple[float, float]]:
    """Yield start and end of what lies between the windows of distant beats, see `LONGEST_RR_S`."""
    edges = np.concatenate([[-window.after_s], time_s, [duration_s + window.before_s]])
    for row in np.flatnonzero(np.diff(edges) > LONGEST_RR_S):
        yield edges[row] + window.after_s, edges[row + 1] - window.before_s


def _examine_span(
    recording: StreamedRecord, start_s: float, end_s: float, flat_mv: float
) -> Iterator[Segment]:
    """Find the reason of each second of a span without beats, and join equal ones."""
    first, last = round(start_s * recording.fs), round(end_s * recording.fs)
    joined = _join(_name_runs(recording, first, min(last, recording.n_samples), flat_mv))
    return _join(
        s for s in joined if s.reason != NO_BEAT or s.end_s - s.start_s >= SHORTEST_NO_BEAT_S
    )


def _name_runs(
    recording: StreamedRecord, first: int, last: int, flat_mv: float
) -> Iterator[Segment]:
    """Yield the runs of seconds with one reason; where nothing is stored nothing is read."""
    fs, second, at = recording.fs, max(1, round(recording.fs)), first
    columns = range(min(len(recording.leads), MOST_LEADS))
    block = max(1, _BLOCK_S // len(columns)) * second
    while at < last:
        nothing = (min(recording.next_stored(at), last) - at) // second * second
        if nothing:
            yield Segment(at / fs, (at + nothing) / fs, MISSING)
            at += nothing
            continue
        stop = min(at + block, last)
        reasons = _name_of_all(recording.read(at, stop, columns), second, flat_mv)
        edges = [0, *(np.flatnonzero(reasons[1:] != reasons[:-1]) + 1).tolist(), len(reasons)]
        for a, b in pairwise(edges):
            start, end = at + a * second, min(at + b * second, stop)
            yield Segment(start / fs, end / fs, str(reasons[a]))
        at = stop


def _name_of_all(signal: NDArray[np.float32], second: int, flat_mv: float) -> NDArray[np.str_]:
    """Name the reason of each second that is that of the best lead, (n, n_leads) being given."""
    reasons = np.array([_name_seconds(lead, second, flat_mv) for lead in signal.T])
    flat, beatless = (reasons == FLAT).any(axis=0), (reasons == NO_BEAT).any(axis=0)
    return np.where(beatless, NO_BEAT, np.where(flat, FLAT, MISSING))


def _name_seconds(signal: NDArray[np.float32], second: int, flat_mv: float) -> NDArray[np.str_]:
    if float(signal.max()) - float(signal.min()) < flat_mv:  # faster than looking at each second
        return np.full(-(-len(signal) // second), FLAT)
    padded = np.pad(signal, (0, -len(signal) % second), mode="edge").reshape(-1, second)
    stored = np.isfinite(padded)
    high = np.where(stored, padded, -np.inf).max(axis=1)
    low = np.where(stored, padded, np.inf).min(axis=1)
    missing = stored.mean(axis=1) < 0.5
    flat = np.where(missing, 0.0, high) - np.where(missing, 0.0, low) < flat_mv
    return np.where(missing, MISSING, np.where(flat, FLAT, NO_BEAT))
