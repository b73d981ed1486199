"""What some minutes of beats have in common, for many stretches of a record at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.schema import FeaturesConfig, PreprocessConfig
from ecg_anomaly.features.medians import row_medians
from ecg_anomaly.features.p_wave import (
    around_p_wave,
    correlate_p_wave,
    detrended_energy,
    time_last,
)
from ecg_anomaly.features.parts import PARTS, part_distances, part_slice

#: Smallest peak-to-peak amplitude, in mV, by which a lead is divided.
SMALLEST_AMPLITUDE_MV = 0.1

#: Fewest beats from which a median beat is taken.
FEWEST_BEATS = 5

#: Samples of beats that are summarised together: as many as stay in the processor's cache.
BATCH_SAMPLES = 100_000

Summaries = dict[str, NDArray[np.float32]]


@dataclass(frozen=True)
class Choice:
    """Beats chosen from each span.

    Attributes
    ----------
    index : (n_spans, most) int
        Rows of the record.
    count : (n_spans,) int
        How many of them, from the first, are meant.
    """

    index: NDArray[np.intp]
    count: NDArray[np.intp]


def summarise_spans(
    waveform: NDArray[np.float32],
    readable: NDArray[np.bool_],
    premature: NDArray[np.bool_],
    spans: NDArray[np.intp],
    features: FeaturesConfig,
    preprocess: PreprocessConfig,
) -> Summaries:
    """Summarise spans of beats.

    Parameters
    ----------
    waveform : (n, window, n_leads) float32
        Beats in order, mV.
    readable, premature : (n,) bool
        Beats that may enter a median, and those that may not enter that of regular beats.
    spans : (n_spans, 2) int
        First and past-the-end row of each.
    features : FeaturesConfig
        At most ``history_beats`` of a span are looked at, evenly spread.
    preprocess : PreprocessConfig
        Gives the window.

    Returns
    -------
    dict of str to (n_spans, ...) float32
        The fields of `ecg_anomaly.features.history.History`. A span without a readable beat
        has a flat template that nothing is far from.
    """
    most = features.history_beats
    everything = choose_rows(np.flatnonzero(readable), spans, most)
    regular = choose_rows(np.flatnonzero(readable & ~premature), spans, most)
    few = regular.count < FEWEST_BEATS
    regular.index[few], regular.count[few] = everything.index[few], everything.count[few]
    qrs = np.swapaxes(waveform[:, part_slice("qrs", preprocess)], 1, 2)
    spread = np.ptp(np.ascontiguousarray(qrs), axis=2)
    found = _nothing_known(len(spans), *waveform.shape[1:])
    known = np.flatnonzero(everything.count)
    size = max(1, BATCH_SAMPLES // max(1, most * waveform[0].size)) if len(waveform) else 1
    for start in range(0, len(known), size):
        rows = known[start : start + size]
        one, other = (Choice(c.index[rows], c.count[rows]) for c in (everything, regular))
        for name, value in _summarise(waveform, spread, one, other, preprocess).items():
            found[name][rows] = value
    return found


def choose_rows(rows: NDArray[np.intp], spans: NDArray[np.intp], most: int) -> Choice:
    """Choose at most so many rows of each span, evenly spread."""
    low, high = np.searchsorted(rows, spans.T)
    n = high - low
    offset = np.minimum(np.arange(most), np.maximum(n - 1, 0)[:, None])
    many = n > most
    offset[many] = np.linspace(0, n[many] - 1, most, axis=1).round()
    if not len(rows):
        return Choice(offset, n)
    return Choice(rows[np.minimum(low[:, None] + offset, len(rows) - 1)], np.minimum(n, most))


def _summarise(
    waveform: NDArray[np.float32],
    spread: NDArray[np.float32],
    everything: Choice,
    regular: Choice,
    preprocess: PreprocessConfig,
) -> Summaries:
    amplitude = np.maximum(_medians(spread[everything.index], everything), SMALLEST_AMPLITUDE_MV)
    beats = waveform[regular.index]
    beats /= np.repeat(amplitude[:, None], beats.shape[2], axis=1)[:, None]  # as long rows: fast
    template = _medians(beats, regular)
    around, within = around_p_wave(preprocess)
    near = np.ascontiguousarray(np.moveaxis(beats[:, :, around], 3, 1), dtype=np.float64)
    p_wave = time_last(template[:, around])[..., within]
    match = np.moveaxis(correlate_p_wave(near, p_wave), 2, 1)
    noise = np.moveaxis(detrended_energy(near[..., within] - p_wave[:, :, None]), 2, 1)
    middle = _medians(match, regular)
    return {
        "usual": _medians(waveform[everything.index], everything) / amplitude[:, None],
        "regular": template,
        "amplitude": amplitude,
        "part_distance": _medians(part_distances(beats, template[:, None], preprocess), regular),
        "p_noise": _medians(noise, regular),
        "p_match": middle,
        "p_spread": _medians(np.abs(match - middle[:, None]), regular),
    }


def _medians(values: NDArray[np.floating], chosen: Choice) -> NDArray[np.floating]:
    """Median over axis 1 of ``(n_spans, most, ...)``, of the rows that are meant."""
    n_spans, most = values.shape[:2]
    rows = np.swapaxes(values.reshape(n_spans, most, -1), 1, 2).copy()
    if (chosen.count < most).any():
        absent = np.arange(most) >= chosen.count[:, None]
        rows[np.broadcast_to(absent[:, None], rows.shape)] = np.inf
    return row_medians(rows, chosen.count[:, None]).reshape(n_spans, *values.shape[2:])


def _nothing_known(n: int, window: int, n_leads: int) -> Summaries:
    shapes = {
        "usual": (window, n_leads),
        "regular": (window, n_leads),
        "amplitude": (n_leads,),
        "part_distance": (n_leads, len(PARTS)),
        "p_noise": (n_leads,),
        "p_match": (n_leads,),
        "p_spread": (n_leads,),
    }
    found = {name: np.zeros((n, *shape), np.float32) for name, shape in shapes.items()}
    found["amplitude"][:] = 1
    return found
