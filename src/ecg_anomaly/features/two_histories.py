"""What is usual before beats: the history of one QRS shape or of two, and which is nearer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.beat_context import LEAD_AXIS, History
from ecg_anomaly.features.row_choice import Choice
from ecg_anomaly.features.second_shape import Shapes
from ecg_anomaly.features.span_summary import Summaries, summarise_spans

#: A beat is compared with the second shape if its QRS complex is nearer to it than this share of
#: its distance from the first. A ventricular beat is far from both.
NEARER = 0.7


@dataclass(frozen=True)
class TwoHistories:
    """Histories of n windows, or of the windows of n beats.

    Attributes
    ----------
    first : History
        Of the more usual shape.
    second : History or None
        Of a second shape, and that of the first where there is none; None where none has any.
    two : (n,) bool
        True where there is a second shape.
    known : (n, n_leads) bool
        False where too little is known of a lead; `first` and `second` are those of an absent lead
        then.
    """

    first: History
    second: History | None
    two: NDArray[np.bool_]
    known: NDArray[np.bool_]

    @classmethod
    def of_leads(
        cls, parts: Sequence[Shapes], known: NDArray[np.bool_], window: BeatWindow
    ) -> "TwoHistories":
        """Lay shapes side by side: those of all leads at once, or of one lead each."""
        two = np.logical_or.reduce([part.two for part in parts])
        columns = [[part.first for part in parts]]
        if two.any():
            columns.append([part.second or part.first for part in parts])
        found = [History(**_stack_leads(column)) for column in columns]
        if not known.all():
            found = [make_absent(history, known, window) for history in found]
        return cls(found[0], found[1] if two.any() else None, two, known)

    def select(self, rows: NDArray[Any]) -> "TwoHistories":
        """Return those of some windows, or of the window that each beat has."""
        two = self.two[rows]
        second = self.second.select(rows) if self.second and two.any() else None
        return TwoHistories(self.first.select(rows), second, two, self.known[rows])

    def replaced_by(self, other: "TwoHistories", rows: NDArray[np.intp]) -> "TwoHistories":
        """Take other histories, of which each of n has a row or -1, where they are known.

        There is no second shape where this one alone has it.
        """
        inside = rows >= 0
        two = other.two[rows] & inside
        first = self.first.replaced_by(other.first, other.known, rows)
        second = None
        if other.second and two.any():
            second = first.replaced_by(other.second, other.known, np.where(two, rows, -1))
        return TwoHistories(first, second, two, other.known[rows] & inside[:, None])

    def or_second_of(self, other: "TwoHistories") -> "TwoHistories":
        """Take the second shape of another where there is none."""
        if other.second is None:
            return self
        rows = np.where(other.two & ~self.two, np.arange(len(self.two)), -1)
        every = np.ones(self.known.shape, bool)
        second = (self.second or self.first).replaced_by(other.second, every, rows)
        return replace(self, second=second, two=self.two | other.two)

    def nearer(
        self, waveform: NDArray[np.float32], present: NDArray[np.bool_], window: BeatWindow
    ) -> tuple[History, NDArray[np.bool_]]:
        """Choose what each beat is compared with.

        Parameters
        ----------
        waveform : (n, window, n_leads) float32
            Beats in mV.
        present : (n, n_leads) bool
            Leads that count.
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


def make_absent(history: History, there: NDArray[np.bool_], window: BeatWindow) -> History:
    """Replace the history of leads that are not there by that of a lead that is always 0.

    Parameters
    ----------
    history : History
        n rows.
    there : (n, n_leads) bool
    window : BeatWindow
    """
    row, lead = np.nonzero(~there)
    first, other = (Choice(np.zeros((1, 1), np.intp), np.ones(1, np.intp)) for _ in range(2))
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
