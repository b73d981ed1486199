"""Where a recording cannot be read, as stretches of time with the reason."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.readability import CLIPPED, FLAT, MISSING, NOISE, UNCLEAR
from ecg_anomaly.config.pipeline_schema import PreprocessConfig
from ecg_anomaly.features.rhythm_context import RR_LIMITS_S
from ecg_anomaly.records.record import StreamedRecord

NO_BEAT = "no beat found"

#: What a reason means to somebody who reads the page, where the words alone may mislead.
MEANINGS = {
    NOISE: "muscle noise or interference covers what tells beats apart",
    UNCLEAR: (
        "no QRS complexes stand out, and none is like the next: electrode motion, or fibrillation. "
        "Look at it"
    ),
    CLIPPED: "the recorder ran out of range",
    NO_BEAT: (
        "a signal without heartbeats: a very long pause, or an ECG that the algorithm cannot read. "
        "Look at it"
    ),
}

#: Without a beat for longer, the samples are looked at; a pause of the heart is shorter.
LONGEST_RR_S = RR_LIMITS_S[1]

#: A signal without beats is called unreadable from here on; before, it is a pause of the heart.
SHORTEST_NO_BEAT_S = 10.0

#: Stretches with the same reason that lie closer are one.
JOIN_S = 2.0

#: Samples are judged second by second and read so many seconds at a time.
_BLOCK_S = 300


@dataclass(frozen=True)
class Stretch:
    """A stretch of a recording that cannot be read, in s from its start, and why."""

    start_s: float
    end_s: float
    reason: str


def find_unreadable(
    recording: StreamedRecord,
    time_s: NDArray[np.float64],
    unreadable: NDArray[np.str_],
    lead: int,
    config: PreprocessConfig,
) -> list[Stretch]:
    """Find the stretches that a detector could not read.

    Parameters
    ----------
    recording : StreamedRecord
        Only what holds no beat is read.
    time_s : (n,) float64
        R peaks in s, ascending; none is a recording without any beat.
    unreadable : (n,) str
        Why each beat cannot be read, ``""`` when it can.
    lead : int
        Column of the lead on which R peaks were looked for.
    config : PreprocessConfig
        Gives the window of a beat and the span of a flat line.

    Returns
    -------
    list of Stretch
        In order, without overlap. Reasons are those of the beats, ``"missing samples"`` or
        ``"flat"`` where there is neither a signal nor a beat, and ``"no beat found"`` where there
        is a signal without any for `SHORTEST_NO_BEAT_S`.
    """
    duration_s = recording.n_samples / recording.fs
    found = _around_beats(time_s, unreadable, duration_s, config)
    for start_s, end_s in _silences(time_s, duration_s, config):
        found += _name_silence(recording, start_s, end_s, lead, config.flat_mv)
    return merge_stretches(found)


def merge_stretches(stretches: list[Stretch]) -> list[Stretch]:
    """Join stretches with the same reason that are closer than `JOIN_S`.

    Where two with different reasons overlap, the one that began first goes on to its end.
    """
    merged: list[Stretch] = []
    for stretch in sorted(stretches, key=lambda s: (s.start_s, s.end_s)):
        last = merged[-1] if merged else None
        if last and last.reason == stretch.reason and stretch.start_s - last.end_s < JOIN_S:
            merged[-1] = replace(last, end_s=max(last.end_s, stretch.end_s))
        elif last is None or stretch.end_s > last.end_s:
            start_s = max(stretch.start_s, last.end_s) if last else stretch.start_s
            merged.append(replace(stretch, start_s=start_s))
    return merged


def _around_beats(
    time_s: NDArray[np.float64],
    unreadable: NDArray[np.str_],
    duration_s: float,
    config: PreprocessConfig,
) -> list[Stretch]:
    """One stretch for neighbours with the same reason: a week may have a million such beats."""
    rows = np.flatnonzero(unreadable != "")
    if not len(rows):
        return []
    start = np.maximum(time_s[rows] - config.window_before_s, 0.0)
    end = np.minimum(time_s[rows] + config.window_after_s, duration_s)
    reason = unreadable[rows]
    # Further apart than `LONGEST_RR_S` there may be a silence with a reason of its own.
    silent = np.diff(time_s[rows]) > LONGEST_RR_S
    apart = silent | (start[1:] - end[:-1] >= JOIN_S) | (reason[1:] != reason[:-1])
    first, last = np.append(True, apart), np.append(apart, True)
    columns = (start[first].tolist(), end[last].tolist(), reason[first].tolist())
    return [Stretch(*values) for values in zip(*columns, strict=True)]


def _silences(
    time_s: NDArray[np.float64], duration_s: float, config: PreprocessConfig
) -> Iterator[tuple[float, float]]:
    """Yield what lies between the windows of beats further apart than `LONGEST_RR_S`."""
    edges = np.concatenate(
        [[-config.window_after_s], time_s, [duration_s + config.window_before_s]]
    )
    for row in np.flatnonzero(np.diff(edges) > LONGEST_RR_S):
        yield edges[row] + config.window_after_s, edges[row + 1] - config.window_before_s


def _name_silence(
    recording: StreamedRecord, start_s: float, end_s: float, lead: int, flat_mv: float
) -> list[Stretch]:
    """Name each second without a beat, and join seconds of one reason."""
    second = max(1, round(recording.fs))
    first, last = round(start_s * recording.fs), round(end_s * recording.fs)
    named: list[Stretch] = []
    for at in range(first, last, _BLOCK_S * second):
        stop = min(at + _BLOCK_S * second, last)
        signal = recording.read(at, stop)[:, lead]
        for place, reason in enumerate(_name_seconds(signal, second, flat_mv)):
            start = at + place * second
            end = min(start + second, stop)
            named.append(Stretch(start / recording.fs, end / recording.fs, reason))
    long_enough = merge_stretches(named)
    return [
        s for s in long_enough if s.reason != NO_BEAT or s.end_s - s.start_s >= SHORTEST_NO_BEAT_S
    ]


def _name_seconds(signal: NDArray[np.float32], second: int, flat_mv: float) -> list[str]:
    padded = np.pad(signal, (0, -len(signal) % second), mode="edge").reshape(-1, second)
    stored = np.isfinite(padded)
    high = np.where(stored, padded, -np.inf).max(axis=1)
    low = np.where(stored, padded, np.inf).min(axis=1)
    missing = stored.mean(axis=1) < 0.5
    flat = np.where(missing, 0.0, high) - np.where(missing, 0.0, low) < flat_mv
    return np.where(missing, MISSING, np.where(flat, FLAT, NO_BEAT)).tolist()
