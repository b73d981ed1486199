"""Measure the width of QRS complexes, from their spatial velocity."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import BeatWindow

#: Where onset and end are looked for, and where the maximal velocity is, in s from the R peak.
REACH_S, CORE_S = (-0.14, 0.20), (-0.06, 0.08)

#: The complex lasts while the velocity stays above this share of its maximum. The higher share is
#: for complexes that run into a steep T wave.
SHARE, HIGH_SHARE = 0.15, 0.25

#: The velocity falls to zero at each peak of the complex; dips up to twice this long are bridged.
CLOSING_S = 0.017


def measure_qrs_width(
    beats: NDArray[np.floating],
    amplitude: NDArray[np.floating],
    window: BeatWindow,
    share: float = SHARE,
) -> NDArray[np.float64]:
    """Measure how long the QRS complex of each beat lasts, over all leads.

    Parameters
    ----------
    beats : (n, window, n_leads)
        In units of the subject's amplitude.
    amplitude : (n, n_leads)
        That amplitude in mV.
    window : BeatWindow
        Of the beats.
    share : float
        Share of the maximal velocity at which the complex begins and ends.

    Returns
    -------
    (n,) float64
        In s; NaN where an edge lies beyond `REACH_S`, as in noise, and for a flat beat.

    Notes
    -----
    The spatial velocity is the root of the sum over leads of the squared slopes, as in QRS
    detectors on several leads (Okada 1979). The complex is the time around the maximal velocity in
    which it stays above a fixed share of this maximum; its edges are interpolated between samples.
    Windows are low-passed and sampled at 120 Hz, so widths are good to about 5 ms for comparison
    with those of the same subject, measured in the same way, and do not replace a reading on paper.
    """
    first, last = _samples(REACH_S, window)
    reach = round(CLOSING_S * window.fs)
    velocity = _spatial_velocity(beats[:, first - 1 : last + 1], amplitude)
    velocity = running_extreme(running_extreme(velocity, reach, np.maximum), reach, np.minimum)
    start, stop = (edge - first for edge in _samples(CORE_S, window))
    fastest = start + velocity[:, start:stop].argmax(axis=1)
    limit = share * velocity[np.arange(len(beats)), fastest]
    before = _distance_to_edge(velocity[:, ::-1], velocity.shape[1] - 1 - fastest, limit)
    after = _distance_to_edge(velocity, fastest, limit)
    return np.where(limit > 0, (before + after) / window.fs, np.nan)


def running_extreme(
    values: NDArray[np.float64], reach: int, extreme: np.ufunc
) -> NDArray[np.float64]:
    """Return the largest or the smallest value around each place of each row.

    Parameters
    ----------
    values : (n, length) float64
        Finite.
    reach : int
        Places on either side; those beyond the ends do not count.
    extreme : ufunc
        ``np.maximum`` or ``np.minimum``.

    Returns
    -------
    (n, length) float64

    Notes
    -----
    The same as ``scipy.ndimage.maximum_filter1d`` and ``minimum_filter1d``, whose import takes
    longer than scoring an hour of recording; for a reach of two it is also faster.
    """
    found = values.copy()
    for step in range(1, reach + 1):
        extreme(found[:, step:], values[:, :-step], out=found[:, step:])
        extreme(found[:, :-step], values[:, step:], out=found[:, :-step])
    return found


def _samples(span_s: tuple[float, float], window: BeatWindow) -> tuple[int, int]:
    """First and past-the-end sample of a span, one sample or more inside the window."""
    first, last = (window.r_peak + round(edge * window.fs) for edge in span_s)
    first = min(max(1, first), window.n_samples - 2)
    return first, max(first + 1, min(window.n_samples - 1, last))


def _spatial_velocity(
    beats: NDArray[np.floating], amplitude: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Root of the sum over leads of the squared central differences, two samples shorter."""
    squared = (beats[:, 2:] - beats[:, :-2]).astype(np.float64) ** 2
    return np.sqrt(np.einsum("ntl,nl->nt", squared, amplitude.astype(np.float64) ** 2))


def _distance_to_edge(
    velocity: NDArray[np.float64], start: NDArray[np.intp], limit: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Count samples from `start` to where the velocity falls below the limit, NaN for never."""
    n, length = velocity.shape
    below = (velocity < limit[:, None]) & (np.arange(length) > start[:, None])
    out = below.argmax(axis=1)
    rows = np.arange(n)
    inner, outer = velocity[rows, np.maximum(out - 1, 0)], velocity[rows, out]
    share = np.clip((inner - limit) / np.maximum(inner - outer, 1e-12), 0.0, 1.0)
    return np.where(out > 0, out - 1 + share - start, np.nan)
