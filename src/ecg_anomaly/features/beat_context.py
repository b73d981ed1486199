"""Beats together with what they are compared with: the beats of the minutes before."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.readability import is_trusted
from ecg_anomaly.features.rhythm_context import Intervals, RhythmContext


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
        return DetectedBeats(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def followed_by(self, other: "DetectedBeats") -> "DetectedBeats":
        """Join with later beats."""
        pairs = {f.name: (getattr(self, f.name), getattr(other, f.name)) for f in fields(self)}
        return DetectedBeats(**{name: np.concatenate(pair) for name, pair in pairs.items()})


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
    padded = np.column_stack([marks, np.zeros(len(marks), bool)])
    return np.asarray(padded[:, list(columns)])


@dataclass(frozen=True)
class History:
    """Summary of the last minutes before each beat. First axis n, one row per beat.

    Attributes
    ----------
    template : (n, window, n_leads) float32
        The template beat: median of the readable beats of the last minutes without premature
        ones, in units of `amplitude`. It stays what it was in the middle of a run of premature
        beats.
    recent_p : (n, window of `p_wave.around_p_wave`, n_leads) float32
        The recent beat around its P wave: median of all readable beats of the last minutes,
        premature ones too, in units of `amplitude`.
    amplitude : (n, n_leads) float32
        Median peak-to-peak amplitude of the QRS complex in mV.
    part_distance : (n, n_leads, 3) float32
        Median log distance from `template`, in each of `PARTS`, of the beats it was taken from.
    p_noise : (n, n_leads) float32
        Median energy of their differences from `template` in the P wave.
    p_match, p_spread : (n, n_leads) float32
        Median and median absolute deviation of their P wave's match with that of `template`.
    """

    template: NDArray[np.float32]
    recent_p: NDArray[np.float32]
    amplitude: NDArray[np.float32]
    part_distance: NDArray[np.float32]
    p_noise: NDArray[np.float32]
    p_match: NDArray[np.float32]
    p_spread: NDArray[np.float32]

    def divide(self, waveform: NDArray[np.float32]) -> NDArray[np.float32]:
        """Divide beats in mV, ``(n, window, n_leads)``, by the amplitude of each lead."""
        # Long rows are divided faster than pairs of leads.
        amplitude = np.repeat(self.amplitude[:, None], waveform.shape[1], axis=1)
        return np.asarray(waveform / amplitude, np.float32)

    def select(self, rows: NDArray[Any]) -> "History":
        """Return the history of some beats."""
        return History(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def replaced_by(
        self, other: "History", known: NDArray[np.bool_], rows: NDArray[np.intp]
    ) -> "History":
        """Take another history in the place of this one where it is known.

        Parameters
        ----------
        other : History
            m rows.
        known : (m, n_leads) bool
            Leads of each row that are known.
        rows : (n,) int
            Row for each beat; -1 for none.
        """
        if (rows >= 0).all() and known[rows].all():
            return other.select(rows)
        beat, lead = np.nonzero(known[rows] & (rows >= 0)[:, None])
        changed = {f.name: getattr(self, f.name).copy() for f in fields(self)}
        for name, values in changed.items():
            mine, theirs = (np.moveaxis(v, LEAD_AXIS[name], 1) for v in (values, vars(other)[name]))
            mine[beat, lead] = theirs[rows[beat], lead]
        return History(**changed)


#: Which axis of each field of a history runs over the leads.
LEAD_AXIS = {
    "template": 2,
    "recent_p": 2,
    "amplitude": 1,
    "part_distance": 1,
    "p_noise": 1,
    "p_match": 1,
    "p_spread": 1,
}


@dataclass(frozen=True)
class BeatsInContext:
    """Recorded or synthetic beats with all that they are compared with.

    Attributes
    ----------
    waveform : (n, window, n_leads) float32
        In units of the subject's amplitude.
    intervals : Intervals
    rhythm : RhythmContext
    history : History
        Of the last minutes.
    hour : History
        Of the last hour, see `ecg_anomaly.features.slow_history`.
    recent : (n, 33) float64
        Log of the last intervals and of the next one, NaN where unknown, see
        `ecg_anomaly.features.interval_network.take_recent`. Synthetic beats keep those of the beat
        that they were made from.
    second : (n,) bool
        Whether a beat is compared with a second shape that keeps coming back, not with the most
        usual one, see `ecg_anomaly.features.second_shape`.
    """

    waveform: NDArray[np.float32]
    intervals: Intervals
    rhythm: RhythmContext
    history: History
    hour: History
    recent: NDArray[np.float64]
    second: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.waveform)

    def select(self, rows: NDArray[Any]) -> "BeatsInContext":
        """Return some of the beats."""
        return BeatsInContext(
            self.waveform[rows],
            self.intervals.select(rows),
            self.rhythm.select(rows),
            self.history.select(rows),
            self.hour.select(rows),
            self.recent[rows],
            self.second[rows],
        )


def concatenate_contexts(parts: list[BeatsInContext]) -> BeatsInContext:
    """Join beats in context."""

    def join(name: str) -> Any:
        pieces = [getattr(part, name) for part in parts]
        columns = {key: np.concatenate([vars(p)[key] for p in pieces]) for key in vars(pieces[0])}
        return type(pieces[0])(**columns)

    waveform = np.concatenate([part.waveform for part in parts])
    names = ("intervals", "rhythm", "history", "hour")
    intervals, rhythm, history, hour = (join(name) for name in names)
    recent = np.concatenate([part.recent for part in parts])
    second = np.concatenate([part.second for part in parts])
    return BeatsInContext(waveform, intervals, rhythm, history, hour, recent, second)
