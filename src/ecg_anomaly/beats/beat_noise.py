"""Measure how noisy a lead is at each beat, from the seconds before it.

All three measures are relative to the lead's own QRS complexes:

* *roughness*: what remains of the lead when everything smooth is removed. Muscle noise is rough all
  the time, a heart in its QRS complexes only.
* *unrest*: the slope of the lead between beats, where a heart at rest shows next to none.
* *likeness*: the correlation of a beat with those before it. A fast heart has unrest as well, but
  its beats resemble each other.

Nothing later than the end of a beat's own window counts, so a live detector need not wait for it.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_quality import APART_S, BeatNoise
from ecg_anomaly.beats.excerpts import Reach
from ecg_anomaly.beats.likeness import beats_before, measure_likeness, windows_around
from ecg_anomaly.beats.r_peaks.lead_energy import FLAT_TOP, LEVEL_QUANTILE, slope_energy
from ecg_anomaly.beats.r_peaks.sliding import extend, sliding_maximum
from ecg_anomaly.beats.roughness import inner_roughness, roughness_reach

#: Time around the R peak, in s, in which roughness and unrest are measured, and number of moments
#: per second that are looked at, which are enough for a quantile.
ROUGH_SPAN, REST_SPAN, MOMENTS_HZ = Reach(2.4, 0.36), Reach(4.8, 0.36), 15.0

#: The usual QRS complex of a lead is a low quantile of the energies of its last beats: number of
#: beats, time in s they lie in, and distance in s from the R peak in which the energy is highest.
LEVEL_BEATS, LEVEL_S, TOP_S = 12, 15.0, 0.1

#: Length of a QRS complex with its edges, s. Half of the time between them counts as rest, but no
#: more and no less than these shares of all time.
BUSY_S, REST_SHARE, LEAST_REST_SHARE = 0.2, 0.4, 0.05

#: Where so small a share of the last seconds is known, as at the start of a recording, a beat
#: without two beats before it is taken to be like them.
NEW_SHARE = 0.6

#: Time in s before and after a moment that its slope energy depends on.
ENERGY_S = 0.07

#: What the noise of a beat depends on in a filtered lead. The beats of its median are at most
#: `APART_S` older.
NOISE_REACH = Reach(APART_S + LEVEL_S + TOP_S + ENERGY_S, REST_SPAN.ahead_s + ENERGY_S + 0.01)

Values = NDArray[np.float32]


def measure_noise(
    lead: Values,
    missing: NDArray[np.bool_],
    start: int,
    centre: NDArray[np.int64],
    fs: float,
    own: NDArray[np.intp] | None = None,
) -> BeatNoise:
    """Measure the noise around the beats of a piece of a lead.

    Parameters
    ----------
    lead : (n,) float32
        Filtered, in mV or any other unit, no NaN.
    missing : (n,) bool
        Where nothing was recorded.
    start : int
        Index of the first sample in the filtered recording.
    centre : (m,) int64
        R peaks in samples of the filtered recording, ascending, inside the piece.
    fs : float
        Sampling rate in Hz.
    own : (k,) int, optional
        Rows of the R peaks whose noise is wanted, ascending; the others are only looked back at.
        All by default.

    Returns
    -------
    BeatNoise
        One row per R peak in `own`. It depends on no sample beyond `NOISE_REACH`.
    """
    at, gaps = centre - start, missing if missing.any() else None
    energy, rough = (
        slope_energy(lead, gaps, fs),
        inner_roughness(extend(lead, roughness_reach(fs)), fs),
    )
    if gaps is not None:
        gaps = _spread_gaps(gaps, fs)
    own = np.arange(len(at)) if own is None else own
    usual = np.maximum(np.sqrt(_usual_energy(energy, at, own, fs)), np.finfo(np.float32).tiny)
    rough, known = _sort_last(rough, gaps, at[own], ROUGH_SPAN, fs)
    roughness = _pick(rough, known // 2)
    rest, known = _sort_last(energy, gaps, at[own], REST_SPAN, fs)
    unrest = np.sqrt(_pick(rest, (rest_share(at, own, known, fs) * known).astype(np.intp)))
    new = known < NEW_SHARE * rest.shape[1]
    return BeatNoise(
        centre[own] / fs, np.asarray(roughness / usual, np.float32),
        np.asarray(unrest / usual, np.float32), measure_likeness(lead, at, own, new, fs),
    )  # fmt: skip


def _spread_gaps(missing: NDArray[np.bool_], fs: float) -> NDArray[np.bool_]:
    """Mark also what lies so near to a gap that its slope energy is not known."""
    reach = round(ENERGY_S * fs)
    return sliding_maximum(extend(missing, reach, False), 2 * reach + 1)


def _usual_energy(
    energy: Values, at: NDArray[np.int64], own: NDArray[np.intp], fs: float
) -> Values:
    """Energy of the usual QRS complex at each of some beats: of itself and those before it."""
    low = max(0, int(own[0]) - LEVEL_BEATS + 1) if len(own) else 0
    reach = round(TOP_S * fs)
    top = windows_around(energy, at[low:], np.arange(-reach, reach + 1, 2)).max(axis=1)
    rows, near = beats_before(at, own, LEVEL_BEATS - 1, LEVEL_S * fs)
    tops = np.empty((len(own), LEVEL_BEATS), np.float32)
    tops[:, 0] = top[own - low]
    tops[:, 1:] = np.where(near, top[np.maximum(rows - low, 0)], 0)
    return usual_of_tops(tops)


def usual_of_tops(tops: Values) -> Values:
    """Return a low quantile of the energies of a beat and of those before it.

    Parameters
    ----------
    tops : (m, LEVEL_BEATS) float32
        Highest energy of each; 0 for a beat that does not count. It is sorted in place.

    Returns
    -------
    (m,) float32
        Energy of the usual QRS complex of each of the m beats.
    """
    tops.sort(axis=1)
    # The lowest ones are left out, and the quantile is the nearest rank of the rest.
    n_out = np.count_nonzero(tops <= FLAT_TOP**2 * tops[:, -2:-1], axis=1)
    used = LEVEL_BEATS - n_out
    rank = np.minimum(n_out + np.rint(LEVEL_QUANTILE * (used - 1)).astype(np.intp), LEVEL_BEATS - 1)
    return np.where(used > 0, tops[np.arange(len(tops)), rank], np.float32(0))


def _sort_last(
    values: Values,
    gaps: NDArray[np.bool_] | None,
    at: NDArray[np.int64],
    span: Reach,
    fs: float,
) -> tuple[Values, NDArray[np.intp]]:
    """Sort the values of the last seconds at each beat, and count those that are known.

    Returns
    -------
    ordered : (m, n_moments) float32
        Infinite where nothing is known.
    known : (m,) int
    """
    offsets = np.arange(round(span.ahead_s * fs), -round(span.back_s * fs), -moment_step(fs))
    index = at[:, None] + offsets
    taken = values.take(index, mode="clip")
    inside = len(at) and at[0] + offsets[-1] >= 0 and at[-1] + offsets[0] < len(values)
    if inside and gaps is None:  # as nearly always in a stream
        taken.sort(axis=1)
        return taken, np.full(len(at), len(offsets), np.intp)
    unknown = (index < 0) | (index >= len(values))
    if gaps is not None:
        unknown |= gaps.take(index, mode="clip")
    if not unknown.any():
        return np.sort(taken, axis=1), np.full(len(at), len(offsets), np.intp)
    taken[unknown] = np.inf
    return np.sort(taken, axis=1), len(offsets) - unknown.sum(axis=1)


def _pick(ordered: Values, rank: NDArray[np.intp]) -> Values:
    """Return a value of each row; 0 where none is known."""
    found = ordered[np.arange(len(ordered)), rank]
    return np.where(np.isfinite(found), found, np.float32(0))


def rest_share(
    at: NDArray[np.int64], own: NDArray[np.intp], known: NDArray[np.intp] | int, fs: float
) -> NDArray[np.float64]:
    """Return the share (m,) of the last seconds that counts as rest: less with more beats in them.

    The arguments are those of `measure_noise`, and of how many moments (m,) something is known.
    """
    beats = own + 1 - np.searchsorted(at, at[own] - round(REST_SPAN.back_s * fs))
    per_second = beats / (np.maximum(known, 1) * moment_step(fs) / fs)
    share = (1 - BUSY_S * per_second) / 2
    return np.asarray(np.minimum(np.maximum(share, LEAST_REST_SHARE), REST_SHARE), np.float64)


def moment_step(fs: float) -> int:
    """Return how many samples apart the moments are that are looked at."""
    return max(1, round(fs / MOMENTS_HZ))
