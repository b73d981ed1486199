"""Beats with their context: the rhythm and the template beats that they are compared with."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.rhythm_context import Intervals, RhythmContext
from ecg_anomaly.files.array_tables import concatenate_tables, select_rows


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

    def select(self, rows: NDArray[Any] | slice) -> "History":
        """Return the history of some beats."""
        return select_rows(self, rows)

    def replaced_by(
        self, other: "History", known: NDArray[np.bool_], rows: NDArray[np.intp]
    ) -> "History":
        """Replace the history of beats, lead by lead, where another one is known.

        Parameters
        ----------
        other : History
            m rows.
        known : (m, n_leads) bool
            Leads of each row that are known.
        rows : (n,) int
            Row of `other` for each of the n beats; -1 keeps the history of the beat.
        """
        if (rows >= 0).all() and known[rows].all():
            return other.select(rows)
        beat, lead = np.nonzero(known[rows] & (rows >= 0)[:, None])
        changed = {f.name: getattr(self, f.name).copy() for f in fields(self)}
        for name, values in changed.items():
            values, others = (
                np.moveaxis(v, LEAD_AXIS[name], 1) for v in (values, vars(other)[name])
            )
            values[beat, lead] = others[rows[beat], lead]
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
    """Recorded or synthetic beats with everything that they are compared with.

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
        `ecg_anomaly.features.recent_intervals.take_recent`. Synthetic beats keep those of the beat
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

    def select(self, rows: NDArray[Any] | slice) -> "BeatsInContext":
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
    waveform = np.concatenate([part.waveform for part in parts])
    recent = np.concatenate([part.recent for part in parts])
    second = np.concatenate([part.second for part in parts])
    return BeatsInContext(
        waveform, concatenate_tables([part.intervals for part in parts]),
        concatenate_tables([part.rhythm for part in parts]),
        concatenate_tables([part.history for part in parts]),
        concatenate_tables([part.hour for part in parts]), recent, second,
    )  # fmt: skip


def replace_rows(
    beats: BeatsInContext, rows: NDArray[np.intp], others: BeatsInContext
) -> BeatsInContext:
    """Replace the beats in some rows.

    Parameters
    ----------
    beats : BeatsInContext
    rows : (m,) int
    others : BeatsInContext
        m beats.
    """
    rest = np.setdiff1d(np.arange(len(beats)), rows)
    order = np.argsort(np.concatenate([rest, rows]), kind="stable")
    return concatenate_contexts([beats.select(rest), others]).select(order)
