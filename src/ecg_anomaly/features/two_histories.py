"""Summaries of past beats of one QRS shape or of two, and the choice between them for a beat."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.beat_context import LEAD_AXIS, History
from ecg_anomaly.features.row_choice import RowChoice
from ecg_anomaly.features.second_shape import Shapes
from ecg_anomaly.features.span_summary import Summaries, summarise_spans
from ecg_anomaly.files.array_tables import concatenate_tables

#: A beat is compared with the second shape if its QRS complex is nearer to it than this share of
#: its distance from the first. A ventricular beat is far from both.
NEARER = 0.7


@dataclass(frozen=True)
class TwoHistories:
    """Histories of n windows, or of the windows that n beats are compared with.

    Attributes
    ----------
    first : History
        Of the most frequent QRS shape; n rows.
    second : History or None
        Of a second shape; n rows, equal to `first` in rows that have no second shape. None when no
        row has one.
    two : (n,) bool
        True for rows with a second shape.
    known : (n, n_leads) bool
        False for a lead with too few beats; its columns in `first` and `second` are then those of
        an absent lead, see `make_absent`.
    """

    first: History
    second: History | None
    two: NDArray[np.bool_]
    known: NDArray[np.bool_]

    @classmethod
    def of_leads(
        cls, parts: Sequence[Shapes], known: NDArray[np.bool_], window: BeatWindow
    ) -> "TwoHistories":
        """Put the summaries of leads side by side.

        Parameters
        ----------
        parts : sequence of Shapes
            One of all leads, or one of each lead.
        known : (n, n_leads) bool
            See `TwoHistories`.
        window : BeatWindow
        """
        two = np.logical_or.reduce([part.two for part in parts])
        columns = [[part.first for part in parts]]
        if two.any():
            columns.append([part.second or part.first for part in parts])
        found = [History(**_stack_leads(column)) for column in columns]
        if not known.all():
            found = [make_absent(history, known, window) for history in found]
        return cls(found[0], found[1] if two.any() else None, two, known)

    def select(self, rows: NDArray[Any]) -> "TwoHistories":
        """Return some rows, or with repeated `rows` the row of the window that each beat has."""
        two = self.two[rows]
        second = self.second.select(rows) if self.second and two.any() else None
        return TwoHistories(self.first.select(rows), second, two, self.known[rows])

    def replaced_by(self, other: "TwoHistories", rows: NDArray[np.intp]) -> "TwoHistories":
        """Replace rows by those of other histories, lead by lead where these are known.

        Parameters
        ----------
        other : TwoHistories
            m rows.
        rows : (n,) int
            Row of `other` for each row of this one; -1 keeps the row, without its second shape.
        """
        inside = rows >= 0
        two = other.two[rows] & inside
        first = self.first.replaced_by(other.first, other.known, rows)
        second = None
        if other.second and two.any():
            second = first.replaced_by(other.second, other.known, np.where(two, rows, -1))
        return TwoHistories(first, second, two, other.known[rows] & inside[:, None])

    def with_second_of(self, other: "TwoHistories") -> "TwoHistories":
        """Take the second shape of other histories, row by row, where this one has none."""
        if other.second is None:
            return self
        rows = np.where(other.two & ~self.two, np.arange(len(self.two)), -1)
        every = np.ones(self.known.shape, bool)
        second = (self.second or self.first).replaced_by(other.second, every, rows)
        return replace(self, second=second, two=self.two | other.two)

    def choose_nearer(
        self, waveform: NDArray[np.float32], present: NDArray[np.bool_], window: BeatWindow
    ) -> tuple[History, NDArray[np.bool_]]:
        """Choose the shape that each beat is compared with: the nearer one.

        Parameters
        ----------
        waveform : (n, window, n_leads) float32
            Beats in mV.
        present : (n, n_leads) bool
            Leads that are compared.
        window : BeatWindow

        Returns
        -------
        history : History
            Of the shape that is nearer to the QRS complex of each beat.
        second : (n,) bool
            True where that is the second one, see `NEARER`.
        """
        second = np.zeros(len(self.two), bool)
        if self.second is None:
            return self.first, second
        rows = np.flatnonzero(self.two)
        qrs, scale = window.part("qrs"), self.first.amplitude[rows][:, None]
        away = []
        for history in (self.first, self.second):
            shape = history.template[rows, qrs] * history.amplitude[rows][:, None]
            difference = (waveform[rows, qrs] - shape) / scale
            away.append(((difference**2).mean(axis=1) * present[rows]).sum(axis=1))
        second[rows] = away[1] < NEARER**2 * away[0]
        every, chosen = np.ones(present.shape, bool), np.where(second, np.arange(len(second)), -1)
        return self.first.replaced_by(self.second, every, chosen), second


def join_histories(parts: Sequence[TwoHistories]) -> TwoHistories:
    """Join histories, at least one, along their rows."""
    if len(parts) == 1:
        return parts[0]
    second = None
    if any(part.second for part in parts):
        second = concatenate_tables([part.second or part.first for part in parts])
    two, known = (np.concatenate([getattr(p, name) for p in parts]) for name in ("two", "known"))
    return TwoHistories(concatenate_tables([part.first for part in parts]), second, two, known)


def make_absent(history: History, present: NDArray[np.bool_], window: BeatWindow) -> History:
    """Replace the history of absent leads by that of a lead that is always 0.

    Parameters
    ----------
    history : History
        n rows.
    present : (n, n_leads) bool
        False for a lead to be replaced.
    window : BeatWindow
    """
    row, lead = np.nonzero(~present)
    first, other = (RowChoice(np.zeros((1, 1), np.intp), np.ones(1, np.intp)) for _ in range(2))
    flat = np.zeros((1, history.template.shape[1], 1), np.float32)
    absent = summarise_spans(flat, first, other, window)
    changed = {name: values.copy() for name, values in vars(history).items()}
    for name, values in changed.items():
        np.moveaxis(values, LEAD_AXIS[name], 1)[row, lead] = absent[name].ravel()
    return History(**changed)


def _stack_leads(parts: list[Summaries]) -> Summaries:
    """Lay summaries of different leads side by side, in the shapes of `History`."""
    if len(parts) == 1:
        return {name: parts[0][name] for name in LEAD_AXIS}
    return {
        name: np.concatenate([part[name] for part in parts], axis=axis)
        for name, axis in LEAD_AXIS.items()
    }
