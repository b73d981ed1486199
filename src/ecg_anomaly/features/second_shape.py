"""Find a second QRS shape that keeps coming back on time, as in intermittent bundle branch block.

The beats that make a template are divided into two shapes. The second one is accepted only if its
beats were conducted from the atria: they come on time, without a pause after them, and after the
same P wave as the other beats. So ventricular beats, runs or bigeminy never make a template.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.p_wave import match_p_wave, p_wave_energy
from ecg_anomaly.features.row_choice import RowChoice
from ecg_anomaly.features.shape_division import (
    choose_some,
    divide_beats,
    mark_filled,
    measure_distance,
    middle_distance,
    take_beats,
)
from ecg_anomaly.features.span_beats import SpanBeats
from ecg_anomaly.features.span_summary import (
    BATCH_SAMPLES,
    Summaries,
    summarise_spans,
)

#: Root mean square difference of two QRS complexes, in units of the subject's amplitude, from which
#: on they are of two shapes: beats of one are then `UNLIKE` a template of both. Breathing and the
#: place of the R peak make differences of up to 0.15.
APART = 0.18

#: Median distance of the beats of the second shape from their median, at most, as a share of the
#: distance of both shapes: more is no shape but noise.
SCATTER = 0.5

#: Least share of the beats of the second shape that come on time and without a pause after them.
ON_TIME = 0.65

#: Least share of the first shape's P wave that comes before the beats of the second, in the lead
#: where it is highest, and its least height there: root of the energy in units of the amplitude.
SAME_P, LEAST_P = 0.6, 0.05


class Shapes(NamedTuple):
    """Summaries of spans of beats that have one QRS shape, or two.

    Attributes
    ----------
    first : dict of str to (n_spans, ...) float32
        From `summarise_spans`, over all beats of a span.
    second : dict of str to (n_spans, ...) float32, or None
        The same over the beats of the second shape; that of `first` for spans without a second
        shape. None when no span has one.
    two : (n_spans,) bool
        True for spans with a second shape.
    """

    first: Summaries
    second: Summaries | None
    two: NDArray[np.bool_]


def summarise_shapes(spans: SpanBeats, fewest: int, window: BeatWindow) -> Shapes:
    """Summarise spans of beats of one shape or two.

    Parameters
    ----------
    spans : SpanBeats
    fewest : int
        Fewest beats of a second shape.
    window : BeatWindow
        Of the beats.
    """
    waveform, recent, on_time = spans.waveform, spans.recent, spans.on_time
    found = summarise_spans(waveform, recent, on_time, window)
    one_shape = Shapes(found, None, np.zeros(len(on_time.count), bool))
    unlike = np.flatnonzero((found["unlike"] >= fewest) & (on_time.count >= 2 * fewest))
    if not len(unlike):
        return one_shape
    chosen = recent.select(unlike), on_time.select(unlike)
    in_rhythm = [spans.find_in_rhythm(some, unlike) for some in chosen]
    qrs = np.ascontiguousarray(waveform[:, window.part("qrs")].transpose(2, 1, 0))
    valid, of_second = _divide(qrs, chosen, in_rhythm, found["amplitude"][unlike].T, fewest)
    rows, some = unlike[valid], [choice.select(valid) for choice in of_second]
    if not len(rows):
        return one_shape
    other = summarise_spans(waveform, some[0], some[1], window)
    same = _have_same_p({k: v[rows] for k, v in found.items()}, other, window)
    return _put_second(one_shape, rows[same], {k: v[same] for k, v in other.items()})


def _put_second(shapes: Shapes, spans: NDArray[np.intp], other: Summaries) -> Shapes:
    """Put the summaries of a second shape of some spans beside those of the first."""
    if not len(spans):
        return shapes
    second = {name: values.copy() for name, values in shapes.first.items()}
    for name, values in other.items():
        second[name][spans] = values
    two = shapes.two.copy()
    two[spans] = True
    return Shapes(shapes.first, second, two)


def _divide(
    qrs: NDArray[np.float32],
    chosen: tuple[RowChoice, RowChoice],
    in_rhythm: list[NDArray[np.bool_]],
    amplitude: NDArray[np.float32],
    fewest: int,
) -> tuple[NDArray[np.bool_], list[RowChoice]]:
    """Divide the beats of spans, the recent ones and those of them on time, into two shapes.

    Returns
    -------
    valid : (n_spans,) bool
        True where the second shape is accepted: compact, apart from the first, and on time.
    of_second : list of RowChoice
        The beats of the second shape, recent ones and those on time.
    """
    valid, masks = np.zeros(len(in_rhythm[0]), bool), [mark_filled(some) for some in chosen]
    size = max(1, BATCH_SAMPLES // (masks[0].shape[1] * qrs[:, :, 0].size))
    for start in range(0, len(valid), size):
        batch = np.arange(start, min(start + size, len(valid)))
        beats = [take_beats(qrs, some.select(batch), amplitude[:, batch]) for some in chosen]
        some, marks = ([values[batch] for values in pair] for pair in (masks, in_rhythm))
        valid[batch], *found = _divide_batch(beats, some, marks, fewest)
        masks[0][batch], masks[1][batch] = found
    return valid, [choose_some(some, mask) for some, mask in zip(chosen, masks, strict=True)]


def _divide_batch(
    beats: list[NDArray[np.float32]],
    filled: list[NDArray[np.bool_]],
    in_rhythm: list[NDArray[np.bool_]],
    fewest: int,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Divide the beats of a batch of spans, and decide whether the second shape is accepted.

    Returns
    -------
    valid : (n_spans,) bool
        See `_divide`.
    of_second, other : (n_spans, most) bool
        Beats of the second shape among the recent ones, and among those on time.
    """
    (recent, on_time), (every, own) = beats, filled
    first, second, other = divide_beats(on_time, own, own & in_rhythm[1], fewest)
    of_second = every & (measure_distance(recent, second) < measure_distance(recent, first))
    apart = measure_distance(second[..., None], first)[:, 0]
    scatter = middle_distance(measure_distance(on_time, second), other)
    share = (of_second & in_rhythm[0]).sum(axis=1) / np.maximum(of_second.sum(axis=1), 1)
    enough = np.minimum((other & in_rhythm[1]).sum(axis=1), (own & ~other).sum(axis=1)) >= fewest
    valid = enough & (apart >= APART) & (scatter <= SCATTER * apart) & (share >= ON_TIME)
    return valid, of_second, other


def _have_same_p(one: Summaries, other: Summaries, window: BeatWindow) -> NDArray[np.bool_]:
    """Tell in which spans the beats of both shapes have the same P wave before them."""
    template = one["template"]
    scaled = other["template"] * (other["amplitude"] / one["amplitude"])[:, None]
    height = np.sqrt(p_wave_energy(template, window))
    best = height.argmax(axis=1)[:, None]
    match = np.take_along_axis(match_p_wave(scaled, template, window), best, axis=1)
    return ((match >= SAME_P) & (np.take_along_axis(height, best, axis=1) >= LEAST_P))[:, 0]
