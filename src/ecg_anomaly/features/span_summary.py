"""Summarise the beats of some minutes of a record: template, amplitude, typical differences.

A span is a range of consecutive beats; many spans are summarised at once.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import PARTS, BeatWindow
from ecg_anomaly.features.p_wave import around_p_wave, detrended_energy, match_at_lags
from ecg_anomaly.features.row_choice import RowChoice
from ecg_anomaly.features.running_statistics import row_medians
from ecg_anomaly.features.window_sums import log_distance, part_weights, weigh_samples

#: Smallest peak-to-peak amplitude, in mV, by which a lead is divided.
SMALLEST_AMPLITUDE_MV = 0.1

#: Fewest beats from which a median beat is taken.
FEWEST_BEATS = 5

#: Root mean square difference of a QRS complex from that of the template, in units of the subject's
#: amplitude, from which on the beat may be of another shape.
UNLIKE = 0.14

#: Samples of beats that are summarised together: as many as stay in the processor's cache.
BATCH_SAMPLES = 200_000

Summaries = dict[str, NDArray[np.float32]]


def summarise_spans(
    waveform: NDArray[np.float32], recent: RowChoice, on_time: RowChoice, window: BeatWindow
) -> Summaries:
    """Summarise spans of beats.

    Parameters
    ----------
    waveform : (n, window, n_leads) float32
        Beats in order, mV.
    recent, on_time : RowChoice
        Readable beats of each span, and those of them that may enter the template. Where the
        latter are fewer than `FEWEST_BEATS` the former take their place.
    window : BeatWindow

    Returns
    -------
    dict of str to (n_spans, ...) float32
        The fields of `ecg_anomaly.features.beat_context.History`, and ``unlike``: how many of the
        beats of each template are further from it than `UNLIKE`. A span without a readable beat has
        a flat template and an amplitude of 1.
    """
    few = on_time.count < FEWEST_BEATS
    on_time.index[few], on_time.count[few] = recent.index[few], recent.count[few]
    columns = np.ascontiguousarray(waveform.transpose(2, 1, 0))
    spread = np.ptp(columns[:, window.part("qrs")], axis=1)
    n_spans, most = recent.index.shape
    found = _nothing_known(n_spans, waveform.shape[2], window)
    known = np.flatnonzero(recent.count)
    size = max(1, BATCH_SAMPLES // max(1, most * waveform[0].size)) if len(waveform) else 1
    for start in range(0, len(known), size):
        rows = known[start : start + size]
        one, other = (c.select(rows) for c in (recent, on_time))
        for name, value in _summarise(columns, spread, one, other, window).items():
            found[name][rows] = value.T
    return found


def _summarise(
    columns: NDArray[np.float32],
    spread: NDArray[np.float32],
    recent: RowChoice,
    on_time: RowChoice,
    window: BeatWindow,
) -> Summaries:
    """Summarise some spans from `columns` (n_leads, window, n) and `spread` (n_leads, n) in mV.

    The axes are those of `History` in reverse. The last axis runs over the beats of a span, as
    medians are taken over them. Values are divided by the amplitude at the end.
    """
    amplitude = np.maximum(
        _medians(spread.take(recent.index, axis=1), recent), SMALLEST_AMPLITUDE_MV
    )
    beats = columns.take(on_time.index, axis=2)  # contiguous, unlike `columns[:, :, index]`
    template = _medians(beats, on_time)
    around, within = around_p_wave(window)
    recent_p, other = template[:, around].copy(), (recent.index != on_time.index).any(axis=1)
    some = recent.select(other)
    recent_p[:, :, other] = _medians(columns[:, around].take(some.index, axis=2), some)
    match = match_at_lags(beats[:, around], template[:, around][:, within], amplitude)
    beats -= template[..., None]
    noise = detrended_energy(beats[:, window.part("p")])
    middle = _medians(match, on_time)
    means = _part_means(beats, amplitude, window)
    unlike = means[:, list(PARTS).index("qrs")].mean(axis=0) > UNLIKE**2
    filled = np.arange(unlike.shape[1]) < on_time.count[:, None]
    return {
        "template": template / amplitude[:, None],
        "recent_p": recent_p / amplitude[:, None],
        "amplitude": amplitude,
        "part_distance": np.swapaxes(_medians(log_distance(means), on_time), 0, 1),
        "p_noise": _medians(noise, on_time) / amplitude**2,
        "p_match": middle,
        "p_spread": _medians(np.abs(match - middle[..., None]), on_time),
        "unlike": np.count_nonzero(unlike & filled, axis=1),
    }


def _part_means(
    beats: NDArray[np.float32], amplitude: NDArray[np.float32], window: BeatWindow
) -> NDArray[np.float32]:
    """Mean squares over `PARTS`, (n_leads, 3, n_spans, most); `beats` are squared in place."""
    np.square(beats, out=beats)
    return weigh_samples(part_weights(window), beats) / amplitude[:, None, :, None] ** 2


def _medians(values: NDArray[np.float32], chosen: RowChoice) -> NDArray[np.float32]:
    """Median of the chosen values over the last axis of ``(..., n_spans, most)``."""
    rows = values.copy()
    if (chosen.count < values.shape[-1]).any():
        rows[..., np.arange(values.shape[-1]) >= chosen.count[:, None]] = np.inf
    return row_medians(rows, chosen.count)


def _nothing_known(n: int, n_leads: int, window: BeatWindow) -> Summaries:
    around, _ = around_p_wave(window)
    shapes = {
        "template": (part_weights(window).shape[1], n_leads),
        "recent_p": (around.stop - around.start, n_leads),
        "amplitude": (n_leads,),
        "part_distance": (n_leads, len(PARTS)),
        "p_noise": (n_leads,),
        "p_match": (n_leads,),
        "p_spread": (n_leads,),
        "unlike": (),
    }
    found = {name: np.zeros((n, *shape), np.float32) for name, shape in shapes.items()}
    found["amplitude"][:] = 1
    return found
