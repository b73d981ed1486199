"""Beats found in a recording: their windows on every lead, and what is known of each window."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.readability import is_trusted


@dataclass(frozen=True)
class DetectedBeats:
    """Consecutive beats of a record.

    Attributes
    ----------
    sample : (n,) int64
        R peaks in samples of the recording, ascending.
    time_s : (n,) float64
        The same in s.
    waveform : (n, window, n_leads) float32
        In mV; 0 where a lead is flat, cut off, implausible or has a gap.
    present : (n, n_leads) bool
        False where the window is 0.
    trusted : (n, n_leads) bool
        Windows that others on the same lead may be compared with, see
        `ecg_anomaly.beats.readability.is_trusted`.
    choice : (n,) int64
        Which of the choices of leads a beat is read on, from
        `ecg_anomaly.beats.lead_choice.rank_choices`. What follows is of its first lead.
    unreadable : (n,) str
        Why a window cannot be read; ``""`` when it can. Unless noise is the reason, the R peak of
        an unreadable beat still makes RR intervals.
    lost_s : (n,) float64
        Seconds of the recording before each beat that are missing in every lead.
    quality : (n,) float32
        From 1, without noise, to 0. A beat in doubt makes no RR intervals.
    clipped, bridged : (n,) bool
        True where a part of the window was cut off, and where samples of it are bridged.
    """

    sample: NDArray[np.int64]
    time_s: NDArray[np.float64]
    waveform: NDArray[np.float32]
    present: NDArray[np.bool_]
    trusted: NDArray[np.bool_]
    choice: NDArray[np.int64]
    unreadable: NDArray[np.str_]
    lost_s: NDArray[np.float64]
    quality: NDArray[np.float32]
    clipped: NDArray[np.bool_]
    bridged: NDArray[np.bool_]

    @classmethod
    def from_beat_set(cls, beats: BeatSet) -> "DetectedBeats":
        """Take the beats of one continuous record, as if no signal were missing."""
        n, present = len(beats), np.asarray(beats.waveform.any(axis=1), bool)
        trusted = is_trusted(beats.unreadable, beats.quality)[:, None] & present
        whole = np.zeros(n, dtype=bool)
        return cls(
            beats.sample, beats.time_s, beats.waveform, present, trusted, np.zeros(n, np.int64),
            beats.unreadable, np.zeros(n), beats.quality, whole, whole,
        )  # fmt: skip

    def __len__(self) -> int:
        return len(self.time_s)

    def select(self, rows: slice) -> "DetectedBeats":
        """Return some of the beats."""
        return DetectedBeats(*[getattr(self, name)[rows] for name in _COLUMNS])

    def followed_by(self, other: "DetectedBeats") -> "DetectedBeats":
        """Join with later beats."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in _COLUMNS)
        return DetectedBeats(*map(np.concatenate, pairs))


_COLUMNS = tuple(field.name for field in fields(DetectedBeats))


def take_leads(waveform: NDArray[np.float32], columns: Sequence[int]) -> NDArray[np.float32]:
    """Return the windows of some leads, ``(n, window, len(columns))``; 0 for a lead -1."""
    if list(columns) == list(range(waveform.shape[2])):
        return waveform
    taken = np.zeros((*waveform.shape[:2], len(columns)), np.float32)
    for place, column in enumerate(columns):
        if column >= 0:
            taken[:, :, place] = waveform[:, :, column]
    return taken


def take_marks(marks: NDArray[np.bool_], columns: Sequence[int]) -> NDArray[np.bool_]:
    """Return the marks of some leads, ``(n, len(columns))``; False for a lead -1."""
    taken = marks[:, list(columns)]  # of a lead -1 the marks of the last one
    if min(columns) < 0:
        taken[:, np.array(columns) < 0] = False
    return taken
