"""Measure the noise at the next beat of leads, given what was measured of the beats before it.

As `measure_noise`, to the last bit, of leads that are whole: of 19 s of signal before a beat the
last five are worked on, since the QRS complexes before them have been measured.

What was measured of the beats before is a row for each lead: the highest energies of the last QRS
complexes, the noise of the last two beats, and the last QRS complexes; the last beat comes first.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_noise import (
    LEVEL_BEATS,
    LEVEL_S,
    REST_SPAN,
    ROUGH_SPAN,
    TOP_S,
    Values,
    measure_noise,
    moment_step,
    rest_share,
    usual_of_tops,
)
from ecg_anomaly.beats.beat_quality import MEDIAN_BEATS, BeatNoise
from ecg_anomaly.beats.excerpts import Reach
from ecg_anomaly.beats.likeness import (
    NEIGHBOURS,
    NEIGHBOURS_S,
    beats_before,
    compare_shapes,
    shape_half,
    take_shapes,
    unit_shapes,
    windows_around,
)
from ecg_anomaly.beats.r_peaks.lead_energy import energy_reach, inner_energy
from ecg_anomaly.beats.roughness import inner_roughness, roughness_reach

#: Columns of what was measured of the beats before: energies, then roughness, unrest and likeness
#: of each beat whose noise counts; QRS complexes follow.
_TOPS, _N_NOISE = LEVEL_BEATS - 1, 3
_SHAPES = _TOPS + _N_NOISE * (MEDIAN_BEATS - 1)

#: What is measured of the signal around a beat by itself lies in it.
_LAST_SECONDS = REST_SPAN.widen(ROUGH_SPAN).widen(Reach(TOP_S, TOP_S))

#: Age, in samples, of beats that do not exist.
_NEVER = 1 << 40


def measure_past(lead: Values, at: NDArray[np.int64], own: NDArray[np.intp], fs: float) -> Values:
    """Measure anew what the noise at some beats depends on of the beats before them.

    Parameters
    ----------
    lead : (n,) float32
        Filtered, nothing missing. Leads may be concatenated, each from `NOISE_REACH` before its
        beats on.
    at : (n_beats,) int64
        R peaks in samples of the lead, ascending.
    own : (m,) int
        Rows of the beats, ascending.
    fs : float
        Sampling rate in Hz.

    Returns
    -------
    (m, k) float32
        What it says of beats that are too old to count is of no meaning.
    """
    rows, _ = beats_before(at, own, _TOPS, np.inf)
    half = round(TOP_S * fs)
    around = np.arange(-half - energy_reach(fs), half + energy_reach(fs) + 1)
    energy = inner_energy(windows_around(lead, at[rows].ravel(), around), None, fs)
    judged, place = np.unique(rows[:, : MEDIAN_BEATS - 1], return_inverse=True)
    found = measure_noise(lead, np.zeros(len(lead), bool), 0, at, fs, judged)
    noise = np.stack([found.roughness, found.unrest, found.likeness], axis=1)[place]
    parts = (
        energy[:, ::2].max(axis=1),
        noise,
        take_shapes(lead, at[rows[:, :NEIGHBOURS]].ravel(), fs),
    )
    return np.concatenate([part.reshape(len(own), -1) for part in parts], axis=1)


def measure_next(
    lead: Values, at: NDArray[np.int64], own: NDArray[np.intp], past: Values, fs: float
) -> tuple[BeatNoise, Values]:
    """Measure the noise at some beats, none of which comes just before another.

    Parameters
    ----------
    lead, at, own, fs
        As for `measure_past`; the lead reaches as far after each beat as its noise depends on it.
    past : (m, k) float32
        What was measured of the beats before each.

    Returns
    -------
    noise : BeatNoise
        `MEDIAN_BEATS` rows for each beat: those before it, the oldest first, and itself. Times are
        from the beat on.
    past : (m, k) float32
        The same for the beat after each.
    """
    age, (back, ahead) = _ages(at, own), _last_seconds(fs)
    # Slices are copied far faster than samples are taken one by one.
    slices = [lead[r_peak - back : r_peak + ahead + 1] for r_peak in at[own].tolist()]
    pieces, r_peak = np.concatenate(slices).reshape(len(own), -1), back
    half, in_energy = shape_half(fs), r_peak - energy_reach(fs)
    shape = unit_shapes(pieces[:, r_peak - half : r_peak + half + 1].copy())
    energy = inner_energy(pieces, None, fs)
    top = _top(energy, in_energy, fs)
    usual = _usual(top, past[:, :_TOPS], age <= LEVEL_S * fs)
    noise = np.empty((len(own), _N_NOISE), np.float32)
    noise[:, 0] = _roughness(pieces, r_peak, fs) / usual
    rest = _sort_moments(energy, in_energy, REST_SPAN, fs)
    rank = (rest_share(at, own, rest.shape[1], fs) * rest.shape[1]).astype(np.intp)
    noise[:, 1] = np.sqrt(rest[np.arange(len(own)), rank]) / usual
    noise[:, 2] = _likeness(shape, past, age, fs)
    return _join(noise, past, age, fs), _shift(past, top, noise, shape)


@cache
def _last_seconds(fs: float) -> tuple[int, int]:
    """Return how far before and after the R peak a beat is measured by itself, in samples."""
    reach = max(energy_reach(fs), roughness_reach(fs))
    ahead = max(round(_LAST_SECONDS.ahead_s * fs), shape_half(fs))
    return round(_LAST_SECONDS.back_s * fs) + reach, ahead + reach


def _ages(at: NDArray[np.int64], own: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return how many samples the last beats are before each beat, (m, LEVEL_BEATS - 1)."""
    rows = own[:, None] - np.arange(1, LEVEL_BEATS)
    age = at[own, None] - at.take(rows, mode="clip")
    if own[0] < _TOPS:
        age[rows < 0] = _NEVER
    return age


def _top(energy: Values, r_peak: int, fs: float) -> Values:
    """Return the highest energies near the R peak, which is in one column."""
    half = round(TOP_S * fs)
    return np.asarray(energy[:, r_peak - half : r_peak + half + 1 : 2].max(axis=1))


def _usual(top: Values, before: Values, near: NDArray[np.bool_]) -> Values:
    """Return the root of the energy of the usual QRS complex at each beat."""
    tops = np.zeros((len(top), LEVEL_BEATS), np.float32)
    tops[:, 0] = top
    np.copyto(tops[:, 1:], before, where=near)
    return np.maximum(np.sqrt(usual_of_tops(tops)), np.finfo(np.float32).tiny)


def _roughness(pieces: Values, r_peak: int, fs: float) -> Values:
    first = r_peak - round(ROUGH_SPAN.back_s * fs)
    rough = inner_roughness(pieces[:, first - roughness_reach(fs) :], fs)
    ordered = _sort_moments(rough, r_peak - first, ROUGH_SPAN, fs)
    return ordered[:, ordered.shape[1] // 2]


def _sort_moments(values: Values, r_peak: int, span: Reach, fs: float) -> Values:
    """Sort the values at the moments that are looked at."""
    first, step = r_peak + round(span.ahead_s * fs), moment_step(fs)
    return np.sort(values[:, first : r_peak - round(span.back_s * fs) : -step], axis=1)


def _likeness(shape: Values, past: Values, age: NDArray[np.int64], fs: float) -> Values:
    before = past[:, _SHAPES:].reshape(len(past), NEIGHBOURS, -1)
    return compare_shapes(shape, before, age[:, :NEIGHBOURS] <= NEIGHBOURS_S * fs)


def _join(noise: Values, past: Values, age: NDArray[np.int64], fs: float) -> BeatNoise:
    """Put each beat after those before it."""
    last_first = np.concatenate([noise, past[:, _TOPS:_SHAPES]], axis=1)
    every = last_first.reshape(len(noise), MEDIAN_BEATS, _N_NOISE)[:, ::-1].reshape(-1, _N_NOISE)
    time_s = np.zeros((len(noise), MEDIAN_BEATS))
    time_s[:, :-1] = -age[:, MEDIAN_BEATS - 2 :: -1] / fs
    return BeatNoise(time_s.ravel(), *every.T)


def _shift(past: Values, top: Values, noise: Values, shape: Values) -> Values:
    """Return what was measured of the beats before the one after, without that of the oldest."""
    new, n = np.empty_like(past), shape.shape[1]
    new[:, 0], new[:, 1:_TOPS] = top, past[:, : _TOPS - 1]
    new[:, _TOPS : _TOPS + _N_NOISE] = noise
    new[:, _TOPS + _N_NOISE : _SHAPES] = past[:, _TOPS : _SHAPES - _N_NOISE]
    new[:, _SHAPES : _SHAPES + n], new[:, _SHAPES + n :] = shape, past[:, _SHAPES:-n]
    return new
