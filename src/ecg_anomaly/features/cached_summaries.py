"""Write the summaries that a cache holds as arrays, and read them again.

All of them can be computed again from the beats. But after a restart of live monitoring all streams
would do so within the same second.
"""

import json
import math
from collections.abc import Hashable
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import PARTS, BeatWindow
from ecg_anomaly.features.beat_context import History
from ecg_anomaly.features.interval_summary import IntervalSummary
from ecg_anomaly.features.p_wave import around_p_wave
from ecg_anomaly.features.slow_rates import SlowRates
from ecg_anomaly.features.summary_cache import SummaryCache
from ecg_anomaly.features.two_histories import TwoHistories

State = dict[str, NDArray[Any]]

#: Kinds of summaries that are a table of three numbers, and of none where nothing is known.
TABLES: dict[str, type[IntervalSummary | SlowRates]] = {
    "intervals": IntervalSummary,
    "rates": SlowRates,
}


def write_summaries(cache: SummaryCache) -> State:
    """Write the summaries of a cache.

    Returns
    -------
    dict of str to array
        ``layout``, which says as JSON of what the summaries are, and ``values``, (n,) float64: all
        their numbers one after the other.
    """
    layout, values = [], [np.zeros(0)]
    for kind, window, summary in cache.items():
        columns, said = _take_apart(kind, summary)
        layout.append({**said, "window": window})
        values += [column.ravel().astype(np.float64) for column in columns]
    text = np.frombuffer(json.dumps(layout).encode(), np.uint8)
    return {"layout": text, "values": np.concatenate(values)}


def _take_apart(kind: Any, summary: Any) -> tuple[list[NDArray[Any]], dict[str, object]]:
    """Return the columns of a summary, and what says of what it is."""
    if kind in TABLES:
        columns = list(vars(summary).values())
        return columns, {"kind": kind, "rows": len(columns[0])}
    name, of = kind
    if name == "full":
        return [], {"kind": name, "choice": of}
    if not summary:
        return [], {"kind": name, "key": of, "leads": 0, "shapes": 0}
    histories = [h for h in (summary.first, summary.second) if h]
    columns = [column for history in histories for column in vars(history).values()]
    said = {"kind": name, "key": of, "leads": summary.known.shape[1], "shapes": len(histories)}
    return [*columns, summary.two, summary.known], said


def read_summaries(state: State, cache: SummaryCache, window: BeatWindow) -> None:
    """Put summaries into a cache.

    Parameters
    ----------
    state : dict of str to array
        From `write_summaries`.
    cache : SummaryCache
    window : BeatWindow
        Of the beats.

    Raises
    ------
    ValueError, KeyError, TypeError, OverflowError
        When it is none, or one of other windows.
    """
    values = _Values(state["values"].astype(np.float64))
    for said in json.loads(state["layout"].astype(np.uint8).tobytes()):
        kind: Hashable = said["kind"]
        summary: Any = True
        if kind in TABLES:
            size = int(said["rows"])
            summary = TABLES[str(kind)](*[values.take((size,), np.float64) for _ in range(3)])
        elif kind == "full":
            kind = kind, int(said["choice"])
        else:
            shapes = _history_shapes(window, int(said["leads"]))
            summary = _read_histories(values, int(said["shapes"]), shapes)
            kind = kind, str(said["key"])
        cache.put(kind, float(said["window"]), summary)
    values.end()


def _read_histories(
    values: "_Values", n_shapes: int, shapes: dict[str, tuple[int, ...]]
) -> TwoHistories | tuple[()]:
    """Put together what `_take_apart` took apart."""
    if n_shapes == 0:
        return ()
    first, *rest = (
        History(**{f.name: values.take(shapes[f.name], np.float32) for f in fields(History)})
        for _ in range(n_shapes)
    )
    two, known = values.take((1,), np.bool_), values.take(shapes["amplitude"], np.bool_)
    return TwoHistories(first, rest[0] if rest else None, two, known)


def _history_shapes(window: BeatWindow, n_leads: int) -> dict[str, tuple[int, ...]]:
    """Shape of each field of a history of one row."""
    around, _ = around_p_wave(window)
    return {
        **{field.name: (1, n_leads) for field in fields(History)},
        "template": (1, window.n_samples, n_leads),
        "recent_p": (1, around.stop - around.start, n_leads),
        "part_distance": (1, n_leads, len(PARTS)),
    }


class _Values:
    """Numbers that are taken one array after the other."""

    def __init__(self, numbers: NDArray[np.float64]) -> None:
        self._numbers, self._at = numbers, 0

    def take(self, shape: tuple[int, ...], kind: type[np.generic]) -> NDArray[Any]:
        """Return the next numbers as an array; ValueError when there are too few."""
        if min(shape) < 0:
            raise ValueError("a negative number of summaries")
        start, self._at = self._at, self._at + math.prod(shape)
        return self._numbers[start : self._at].reshape(shape).astype(kind)

    def end(self) -> None:
        """Check that all have been taken; ValueError when they have not."""
        if self._at != len(self._numbers):
            raise ValueError("more summaries than are named")
