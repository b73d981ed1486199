"""Keep the beats of the last minutes of a record, to which beats are added one at a time."""

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.beats.readability import is_certain
from ecg_anomaly.features.rhythm_context import (
    Intervals,
    NextPeak,
    clip_interval,
    clip_intervals,
    measure_intervals,
)

#: Capacity for further beats when all are copied to larger arrays.
SPARE_BEATS = 64

State = dict[str, NDArray[Any]]

_NAMES = tuple(f.name for f in fields(DetectedBeats))

#: Kind of the type and number of axes of each column.
KINDS = {
    **dict.fromkeys(("time_s", "lost_s", "quality", "previous_s"), ("f", 1)),
    **dict.fromkeys(("sample", "choice"), ("i", 1)),
    **dict.fromkeys(("clipped", "bridged", "certain"), ("b", 1)),
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
            self._make_room(columns, 1)  # now, and not for all streams with their first beats

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
            known = self._columns["time_s"][:1], self._columns["certain"][:1]
            self._columns["previous_s"] = measure_intervals(*known, after.time_s).previous_s

    def _append(self, found: DetectedBeats) -> None:
        new = {**vars(found), "certain": is_certain(found.unreadable, found.quality)}
        if not self._n:
            previous_s = measure_intervals(found.time_s, new["certain"]).previous_s
            self._columns, self._n = new | {"previous_s": previous_s}, len(found)
            return
        self._make_room(new, len(found))
        last, rows, columns = self._n - 1, slice(self._n, self._n + len(found)), self._columns
        for name, values in new.items():
            columns[name][rows] = values
        self._n = rows.stop
        if last and len(found) == 1:  # as nearly always in a stream
            columns["previous_s"][rows] = self._interval_before(rows.start)
            return
        time_s, certain = (columns[name][last : self._n] for name in ("time_s", "certain"))
        next_s = np.where(certain[:-1], clip_intervals(time_s[1:] - time_s[:-1]), np.nan)
        columns["previous_s"][rows] = np.where(certain[1:], next_s, np.nan)
        if not last:  # the first beat of the record borrows the interval after it
            columns["previous_s"] = np.concatenate([next_s[:1], columns["previous_s"][1:]])

    def _interval_before(self, row: int) -> float:
        """Return the interval from the beat before; NaN where one of the two may be no beat."""
        time_s, certain = self._columns["time_s"], self._columns["certain"]
        if not (certain[row - 1] and certain[row]):
            return np.nan
        return clip_interval(float(time_s[row] - time_s[row - 1]))

    def drop(self, n: int) -> None:
        """Forget the first n beats."""
        if n > 0:
            self._columns = {name: values[n:] for name, values in self._columns.items()}
            self._n -= n

    def state(self) -> State:
        """Return the beats as arrays, from which a buffer can be made again."""
        return {name: values[: self._n].copy() for name, values in self._columns.items()}

    def intervals(self, since: int, until: int, after: NextPeak | None) -> Intervals:
        """Return the intervals of some beats, as `measure_intervals` has them of all.

        Parameters
        ----------
        since, until : int
            Rows of the beats; `until` is past the last of them.
        after : NextPeak or None
            The R peak after all beats; where it is None, the record may end with them.
        """
        columns, previous_s = self._columns, self.previous_s[since:until]
        if until == self._n == since + 1 and after is not None:  # as nearly always in a stream
            gap_s = clip_interval(after.time_s - float(columns["time_s"][since]))
            return Intervals(previous_s, np.array([gap_s if columns["certain"][since] else np.nan]))
        peaks_s = columns["time_s"][since : min(until + 1, self._n)]
        if until == self._n and after is not None:
            peaks_s = np.concatenate([peaks_s, [after.time_s]])
        gaps = clip_intervals(peaks_s[1:] - peaks_s[:-1])
        next_s = np.where(columns["certain"][since : since + len(gaps)], gaps, np.nan)
        if len(next_s) < len(previous_s):
            next_s = np.concatenate([next_s, previous_s[-1:]])
        return Intervals(previous_s, next_s)

    def _make_room(self, new: State, n: int) -> None:
        """Copy the beats to larger arrays when n more, or their longer texts, do not fit."""
        kept, size = self._columns, self._n + n
        # `append` replaces the array of intervals at times, which then has less capacity.
        room = min(len(kept["time_s"]), len(kept["previous_s"]))
        text = new["unreadable"].dtype
        if size <= room and text.itemsize <= kept["unreadable"].itemsize:
            return
        kinds = {name: values.dtype for name, values in kept.items()}
        kinds["unreadable"] = np.promote_types(kinds["unreadable"], text)
        size += SPARE_BEATS
        self._columns = {k: np.empty((size, *kept[k].shape[1:]), kinds[k]) for k in kept}
        for name, values in self._columns.items():
            values[: self._n] = kept[name][: self._n]


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
