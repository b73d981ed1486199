"""Average the labelled beats of all records, for every lead and AAMI class."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.exploration.labelled_beats import BeatMarks
from ecg_anomaly.exploration.summary_numbers import round_numbers
from ecg_anomaly.records.beat_labels import AAMI_CLASSES
from ecg_anomaly.records.record import Record

#: Time before and after the R peak over which beats are averaged, in s, and number of points.
BEFORE_S, AFTER_S, N_POINTS = 0.35, 0.45, 161

#: Beats that are cut at a time, so that a day of recording takes no more memory than half an hour.
CHUNK = 4096


class BeatShapes:
    """Adds up beats of any sampling rate on one time axis, for mean and standard deviation.

    Each beat is shifted so that its median is zero, because the baseline is not part of its shape.
    Beats that reach into missing samples or beyond the record are left out, lead by lead.
    """

    def __init__(self) -> None:
        # (lead, length in s of beats that came cut out or None) -> (class, sum/sum of squares, t)
        self._sums: dict[tuple[str, float | None], NDArray[np.float64]] = {}
        self._counts: dict[tuple[str, float | None], NDArray[np.int64]] = {}

    def add(self, record: Record, beats: BeatMarks) -> None:
        """Add the beats of one record."""
        cut_s = round(record.segment_length / record.fs, 6) if record.segment_length else None
        for windows, label in _cut_windows(record, beats):
            for column, lead in enumerate(record.leads):
                self._add_lead((lead, cut_s), windows[:, :, column], label)

    def _add_lead(
        self, key: tuple[str, float | None], windows: NDArray[np.float64], label: NDArray[np.str_]
    ) -> None:
        sums = self._sums.setdefault(key, np.zeros((len(AAMI_CLASSES), 2, N_POINTS)))
        counts = self._counts.setdefault(key, np.zeros(len(AAMI_CLASSES), np.int64))
        whole = np.isfinite(windows).all(axis=1)
        windows, label = windows[whole], label[whole]
        if not len(windows):
            return
        windows = windows - np.median(windows, axis=1, keepdims=True)
        for row, name in enumerate(AAMI_CLASSES):
            chosen = windows[label == name]
            sums[row] += chosen.sum(axis=0), (chosen**2).sum(axis=0)
            counts[row] += len(chosen)

    def summarise(self) -> list[dict[str, Any]]:
        """Return one row per lead; the lead with most beats comes first.

        Returns
        -------
        list of dict
            ``lead``, ``cut_out``, ``time_s`` and ``classes``: name -> ``n``, ``mean_mv``,
            ``sd_mv``. Classes and leads without a beat are left out.
        """
        keys = [key for key, counts in self._counts.items() if counts.sum()]
        keys.sort(key=lambda key: (-int(self._counts[key].sum()), key[0], key[1] or 0.0))
        return [self._row(key) for key in keys]

    def _row(self, key: tuple[str, float | None]) -> dict[str, Any]:
        classes = {}
        for name, sums, n in zip(AAMI_CLASSES, self._sums[key], self._counts[key], strict=True):
            if n:
                mean = sums[0] / n
                sd = np.sqrt(np.maximum(sums[1] / n - mean**2, 0.0))
                mean_mv, sd_mv = round_numbers(mean, 4), round_numbers(sd, 4)
                classes[name] = {"n": int(n), "mean_mv": mean_mv, "sd_mv": sd_mv}
        time_s = round_numbers(_time_axis(key[1]))
        return {"lead": key[0], "cut_out": key[1] is not None, "time_s": time_s, "classes": classes}


def _time_axis(cut_s: float | None) -> NDArray[np.float64]:
    """Return seconds from the R peak, or from the start of a beat that came cut out."""
    if cut_s is None:
        # Rounded, so that the R peak is at 0 and not at 5e-17.
        return np.linspace(-BEFORE_S, AFTER_S, N_POINTS).round(6)
    return np.linspace(0.0, cut_s, N_POINTS)


def _cut_windows(
    record: Record, beats: BeatMarks
) -> Iterator[tuple[NDArray[np.float64], NDArray[np.str_]]]:
    """Yield windows, (n, N_POINTS, n_leads), by linear interpolation, and classes, (n,) str."""
    sample, label = beats.sample, beats.label
    if record.segment_length:
        offset = np.linspace(0.0, record.segment_length - 1, N_POINTS)
        sample = sample // record.segment_length * record.segment_length
    else:
        offset = _time_axis(None) * record.fs
    inside = (sample + offset[0] >= 0) & (sample + offset[-1] <= len(record.signal) - 1)
    sample, label = sample[inside], label[inside]
    for start in range(0, len(sample), CHUNK):
        position = sample[start : start + CHUNK, None] + offset
        left = np.floor(position).astype(np.int64)
        right = np.minimum(left + 1, len(record.signal) - 1)
        weight = (position - left)[:, :, None]
        windows = record.signal[left] * (1 - weight) + record.signal[right] * weight
        yield windows, label[start : start + CHUNK]
