"""Keep the beats of the last minutes of a record, to which beats are added one at a time."""

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.readability import is_certain
from ecg_anomaly.features.rhythm_context import NextPeak, measure_intervals

#: Capacity for further beats when all are copied to larger arrays.
SPARE_BEATS = 64

State = dict[str, NDArray[Any]]

_NAMES = tuple(f.name for f in fields(DetectedBeats))

#: Kind of the type and number of axes of each column.
KINDS = {
    **dict.fromkeys(("time_s", "lost_s", "quality", "previous_s"), ("f", 1)),
    **dict.fromkeys(("sample", "choice"), ("i", 1)),
    **dict.fromkeys(("clipped", "bridged"), ("b", 1)),
    **dict.fromkeys(("present", "trusted"), ("b", 2)),
    "waveform": ("f", 3),
    "unreadable": ("U", 1),
}


class BeatBuffer:
    """Consecutive beats with the RR interval before each.

    Arrays read from it are views that stay valid: later beats are written behind them.

    Parameters
    ----------
    columns : dict of str to array, optional
        From `state`; by default there is no beat.

    Raises
    ------
    ValueError
        When it is no state.
    """

    def __init__(self, columns: State | None = None) -> None:
        self._columns, self._n = columns or {}, 0
        if columns:
            check_columns(columns, KINDS)
            self._n = len(columns["time_s"])

    def __len__(self) -> int:
        return self._n

    @property
    def beats(self) -> DetectedBeats:
        """The beats; there must be one."""
        columns = self._columns
        return DetectedBeats(*[columns[name][: self._n] for name in _NAMES])

    @property
    def previous_s(self) -> NDArray[np.float64]:
        """RR interval before each beat in s, NaN where unknown, see `measure_intervals`."""
        return self._columns["previous_s"][: self._n]

    def append(self, found: DetectedBeats, after: NextPeak | None = None) -> None:
        """Add the next beats, which may be none.

        Parameters
        ----------
        found : DetectedBeats
        after : NextPeak, optional
            The R peak after them, if it is known already.
        """
        if len(found):
            self._append(found)
        if self._n == 1 and after is not None:
            self._columns["previous_s"] = _measure(self.beats, after.time_s)

    def _append(self, found: DetectedBeats) -> None:
        new = dict(vars(found))
        if not self._n:
            self._columns, self._n = new | {"previous_s": _measure(found)}, len(found)
            return
        measured_s = self._measure_with_last(found)
        if self._n == 1:  # the first beat of the record borrows the interval after it
            self._columns["previous_s"] = measured_s[:1]
        new["previous_s"] = measured_s[1:]
        self._make_room(new, len(found))
        rows = slice(self._n, self._n + len(found))
        for name, values in new.items():
            self._columns[name][rows] = values
        self._n = rows.stop

    def drop(self, n: int) -> None:
        """Forget the first n beats."""
        if n > 0:
            self._columns = {name: values[n:] for name, values in self._columns.items()}
            self._n -= n

    def state(self) -> State:
        """Return the beats as arrays, from which a buffer can be made again."""
        return {name: values[: self._n].copy() for name, values in self._columns.items()}

    def _measure_with_last(self, found: DetectedBeats) -> NDArray[np.float64]:
        """Measure the intervals before the last beat and the next ones."""
        last = slice(self._n - 1, self._n)
        names = "time_s", "unreadable", "quality"
        pairs = ((self._columns[name][last], getattr(found, name)) for name in names)
        time_s, unreadable, quality = (np.concatenate(pair) for pair in pairs)
        return measure_intervals(time_s, is_certain(unreadable, quality)).previous_s

    def _make_room(self, new: State, n: int) -> None:
        """Copy the beats to larger arrays when n more, or their longer texts, do not fit."""
        kept = self._columns
        # `append` replaces the array of intervals at times, which then has less capacity.
        room = min(len(kept["time_s"]), len(kept["previous_s"]))
        kinds_of = ((values.dtype, kept[name].dtype) for name, values in new.items())
        fits = all(one == other or np.can_cast(one, other) for one, other in kinds_of)
        if fits and self._n + n <= room:
            return
        kinds = {name: np.promote_types(kept[name].dtype, new[name].dtype) for name in new}
        size = self._n + n + SPARE_BEATS
        self._columns = {k: np.empty((size, *new[k].shape[1:]), kinds[k]) for k in new}
        for name, values in self._columns.items():
            values[: self._n] = kept[name][: self._n]


def _measure(beats: DetectedBeats, after_s: float | None = None) -> NDArray[np.float64]:
    certain = is_certain(beats.unreadable, beats.quality)
    return measure_intervals(beats.time_s, certain, after_s).previous_s


def check_columns(columns: State, kinds: dict[str, tuple[str, int]]) -> None:
    """Check that columns are equally long, and what they should be.

    Parameters
    ----------
    columns : dict of str to array
    kinds : dict of str to (str, int)
        Kind of the type, as of ``np.dtype.kind``, and number of axes of each column.

    Raises
    ------
    ValueError
        Names the column that is not.
    """
    if columns.keys() != kinds.keys():
        raise ValueError("not the columns of beats")
    n_beats = {len(values) for values in columns.values() if values.ndim}
    for name, (kind, axes) in kinds.items():
        values = columns[name]
        if values.dtype.kind != kind or values.ndim != axes or len(n_beats) > 1:
            raise ValueError(f"column {name} is not one of beats")
    if columns["waveform"].shape[2] != columns["trusted"].shape[1]:
        raise ValueError("windows and marks of different leads")
