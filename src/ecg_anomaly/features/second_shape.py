"""Find a second QRS shape that keeps coming back on time, as in intermittent bundle branch block.

The beats that make a template are divided into two shapes where they are of two. The second one
counts only if its beats were conducted: they come on time, without a pause after them, and after
the P wave of the other beats. So ventricular beats, a run of them or bigeminy never become usual.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.features.p_wave import match_p_wave, p_wave_energy
from ecg_anomaly.features.row_choice import Choice
from ecg_anomaly.features.shape_division import (
    are_meant,
    choose_some,
    divide_beats,
    measure_distance,
    middle_distance,
    take_beats,
)
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

#: A beat is on time if its interval is longer than this share of the one before, and has no pause
#: after it if the next interval is shorter than so many times its own.
EARLY, PAUSE = 0.88, 1.15

#: Least share of the first shape's P wave that comes before the beats of the second, in the lead
#: where it is highest, and its least height there: root of the energy in units of the amplitude.
SAME_P, LEAST_P = 0.6, 0.05

FindCalm = Callable[[Choice, NDArray[np.intp]], NDArray[np.bool_]]


class Shapes(NamedTuple):
    """What is usual in some spans of beats: one shape, or two.

    Attributes
    ----------
    first : dict of str to (n_spans, ...) float32
        As of `summarise_spans`: of the beats of the more usual shape.
    second : dict of str to (n_spans, ...) float32, or None
        The same of the other shape; that of the first where there is no other. None where no span
        has another.
    two : (n_spans,) bool
        True where there is a second shape.
    """

    first: Summaries
    second: Summaries | None
    two: NDArray[np.bool_]


def mark_calm(previous_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Mark beats that come on time and without a pause after them, (n,) bool.

    Parameters
    ----------
    previous_s : (n,) float64
        RR interval before each of consecutive beats in s. Where it, the one before or the one after
        is unknown (NaN) the beat is not marked, nor are the first and the last.
    """
    calm = np.zeros(len(previous_s), bool)
    before, own, after = previous_s[:-2], previous_s[1:-1], previous_s[2:]
    calm[1:-1] = (own > EARLY * before) & (after < PAUSE * own)
    return calm


def summarise_shapes(
    waveform: NDArray[np.float32],
    recent: Choice,
    on_time: Choice,
    find_calm: FindCalm,
    fewest: int,
    window: BeatWindow,
) -> Shapes:
    """Summarise spans of beats of one shape or two.

    Parameters
    ----------
    waveform, recent, on_time, window
        As for `summarise_spans`.
    find_calm : callable
        Given beats chosen from some spans, and the numbers of these spans, marks those that come on
        time and without a pause after them, (n_spans, most) bool, see `mark_calm`.
    fewest : int
        Fewest beats of a second shape.
    """
    found = summarise_spans(waveform, recent, on_time, window)
    one_shape = Shapes(found, None, np.zeros(len(on_time.count), bool))
    unlike = np.flatnonzero((found["unlike"] >= fewest) & (on_time.count >= 2 * fewest))
    if not len(unlike):
        return one_shape
    chosen = recent.select(unlike), on_time.select(unlike)
    calm = [find_calm(some, unlike) for some in chosen]
    qrs = np.ascontiguousarray(waveform[:, window.part("qrs")].transpose(2, 1, 0))
    alike, theirs = _divide(qrs, chosen, calm, found["amplitude"][unlike].T, fewest)
    spans, some = unlike[alike], [choice.select(alike) for choice in theirs]
    if not len(spans):
        return one_shape
    other = summarise_spans(waveform, some[0], some[1], window)
    same = _have_same_p({k: v[spans] for k, v in found.items()}, other, window)
    return _put_second(one_shape, spans[same], {k: v[same] for k, v in other.items()})


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
    chosen: tuple[Choice, Choice],
    calm: list[NDArray[np.bool_]],
    amplitude: NDArray[np.float32],
    fewest: int,
) -> tuple[NDArray[np.bool_], list[Choice]]:
    """Divide the beats of spans, the recent ones and those of them on time, into two shapes.

    Returns
    -------
    alike : (n_spans,) bool
        True where the second is one shape of its own, of beats that come on time.
    theirs : list of Choice
        The beats of the second shape, recent ones and those on time.
    """
    alike, masks = np.zeros(len(calm[0]), bool), [are_meant(some) for some in chosen]
    size = max(1, BATCH_SAMPLES // (masks[0].shape[1] * qrs[:, :, 0].size))
    for start in range(0, len(alike), size):
        batch = np.arange(start, min(start + size, len(alike)))
        beats = [take_beats(qrs, some.select(batch), amplitude[:, batch]) for some in chosen]
        some, marks = ([values[batch] for values in pair] for pair in (masks, calm))
        alike[batch], *found = _divide_batch(beats, some, marks, fewest)
        masks[0][batch], masks[1][batch] = found
    return alike, [choose_some(some, mask) for some, mask in zip(chosen, masks, strict=True)]


def _divide_batch(
    beats: list[NDArray[np.float32]],
    meant: list[NDArray[np.bool_]],
    calm: list[NDArray[np.bool_]],
    fewest: int,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.bool_]]:
    """Find whether the second shape is one, and its beats: recent ones and those on time."""
    (recent, on_time), (every, own) = beats, meant
    first, second, other = divide_beats(on_time, own, own & calm[1], fewest)
    theirs = every & (measure_distance(recent, second) < measure_distance(recent, first))
    apart = measure_distance(second[..., None], first)[:, 0]
    scatter = middle_distance(measure_distance(on_time, second), other)
    share = (theirs & calm[0]).sum(axis=1) / np.maximum(theirs.sum(axis=1), 1)
    enough = np.minimum((other & calm[1]).sum(axis=1), (own & ~other).sum(axis=1)) >= fewest
    alike = enough & (apart >= APART) & (scatter <= SCATTER * apart) & (share >= ON_TIME)
    return alike, theirs, other


def _have_same_p(one: Summaries, other: Summaries, window: BeatWindow) -> NDArray[np.bool_]:
    """Tell in which spans the beats of both shapes have the same P wave before them."""
    template = one["template"]
    scaled = other["template"] * (other["amplitude"] / one["amplitude"])[:, None]
    height = np.sqrt(p_wave_energy(template, window))
    best = height.argmax(axis=1)[:, None]
    match = np.take_along_axis(match_p_wave(scaled, template, window), best, axis=1)
    return ((match >= SAME_P) & (np.take_along_axis(height, best, axis=1) >= LEAST_P))[:, 0]
