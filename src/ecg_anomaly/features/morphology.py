"""Features of the shape of a beat, compared with the template of the subject's beats."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import PARTS, BeatWindow
from ecg_anomaly.features.beat_context import History
from ecg_anomaly.features.p_wave import around_p_wave, energy_and_residual, match_around
from ecg_anomaly.features.window_sums import (
    lay_in_blocks,
    log_part_means,
    part_distances,
    per_beat,
    weigh_samples,
)

PER_LEAD = (
    *(f"{part}_difference" for part in PARTS),
    "p_match",
    "p_strength",
    "p_residual",
    "p_of_usual_beat",
    "p_match_deviation",
    "qrs_width",
)

#: Of these columns there is another one for the comparison with the last hour.
HOUR_PER_LEAD = (*(f"{part}_difference_hour" for part in PARTS), "p_match_hour")

#: Least and largest value of each of these columns.
_DIFFERENCE, _MATCH = (-2, 4), (-1.5, 2)
_OTHERS = (-2, 3), (-2, 3), (-1, 2), (-3, 3), (-3, 3)
_LIMITS = np.array([*[_DIFFERENCE] * len(PARTS), _MATCH, *_OTHERS], np.float64).T
_HOUR_LIMITS = np.array([*[_DIFFERENCE] * len(PARTS), _MATCH], np.float64).T

#: Added to both energies of a ratio, so that an absent lead gives a logarithm of 0.
_ENERGY_FLOOR = 1e-4


def name_hour_morphology(n_leads: int) -> tuple[str, ...]:
    """Names of the columns of `compute_morphology` that compare with the last hour."""
    return tuple(f"{name}_{lead + 1}" for lead in range(n_leads) for name in HOUR_PER_LEAD)


def name_morphology(n_leads: int) -> tuple[str, ...]:
    """Names of the columns of `compute_morphology` that compare with the last minutes."""
    return tuple(f"{name}_{lead + 1}" for lead in range(n_leads) for name in PER_LEAD)


def compute_morphology(
    beats: NDArray[np.float32], history: History, hour: History, window: BeatWindow
) -> NDArray[np.float64]:
    """Compute the shape features.

    Parameters
    ----------
    beats : (n, window, n_leads) float32
        In units of the amplitude in `history`.
    history, hour : History
        What the beats are compared with: the last minutes and the last hour.
    window : BeatWindow

    Returns
    -------
    (n, 13 * n_leads) float64
        Columns `name_morphology`, then `name_hour_morphology`. Differences are log distances from
        the template beyond the median distance of the beats it was made of; the P wave's match is 1
        when it is as in the template; the width of the QRS complex is a logarithm against that of
        the template. Its amplitude is left out: it would tell synthetic beats from recorded ones. A
        lead that is absent, zero in beat and history, gives 0 in each of its columns.
    """
    n, template = len(beats), history.template
    scaled = beats * (history.amplitude / hour.amplitude)[:, None, :]
    # What is measured of several kinds of waves is measured of all of them in one go.
    distance = log_part_means(np.concatenate([beats - template, scaled - hour.template]), window)
    match, match_of_hour, usual = _match_p_waves(beats, scaled, history, hour, window)
    energy, residual = energy_and_residual(beats, template, match, window)
    width = _qrs_width(np.concatenate([beats, template]), window)
    noise = history.p_noise + _ENERGY_FLOOR
    own = [
        *(distance[:n] - history.part_distance).transpose(2, 0, 1),
        match,
        0.5 * np.log(energy / noise),
        0.5 * np.log((residual + _ENERGY_FLOOR) / noise),
        usual,
        (match - history.p_match) / (history.p_spread + 0.05) / 3,
        np.log((width[:n] + 0.02) / (width[n:] + 0.02)),
    ]
    of_hour = [*(distance[n:] - hour.part_distance).transpose(2, 0, 1), match_of_hour]
    return np.concatenate([_lay(own, _LIMITS), _lay(of_hour, _HOUR_LIMITS)], axis=1)


def _match_p_waves(
    beats: NDArray[np.float32],
    scaled: NDArray[np.float32],
    history: History,
    hour: History,
    window: BeatWindow,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Match P waves with those of the template, as `match_p_wave` does.

    Returns
    -------
    three of (n, n_leads) float64
        Of the beats; of the beats in units of the last hour, with its template; of the last beats
        before each.
    """
    n, (around, _), p = len(beats), around_p_wave(window), window.part("p")
    near = np.concatenate([beats[:, around], scaled[:, around], history.recent_p])
    template = history.template[:, p]
    matches = match_around(near, np.concatenate([template, hour.template[:, p], template]))
    return matches[:n], matches[n : 2 * n], matches[2 * n :]


def _lay(columns: list[NDArray[np.float64]], limits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Clip columns ``(n, n_leads)`` to their limits and lay them lead by lead, (n, k * n_leads)."""
    n, n_leads = columns[0].shape
    laid = np.empty((n, n_leads, len(columns)))
    for place, values in enumerate(columns):
        laid[:, :, place] = values
    lowest, highest = limits
    np.maximum(laid, lowest, out=laid)
    np.minimum(laid, highest, out=laid)
    return laid.reshape(n, n_leads * len(columns))


def distance_to_template(
    beats: NDArray[np.float32], history: History, window: BeatWindow
) -> NDArray[np.float64]:
    """Mean over parts and leads of the log distance from the template beyond the median one.

    For each lead and each of P wave, QRS complex and ST segment with T wave: log of the root mean
    square difference from the template, minus the median of that among the beats of the template
    (`part_distances`, ``History.part_distance``). Because the parts count alike, a missing P wave
    of 0.1 mV weighs as much as a wide QRS complex of 1 mV; because premature beats are not in the
    template, a run of them does not become what is expected.

    Parameters
    ----------
    beats : (n, window, n_leads) float32
        In units of the subject's amplitude; a lead of zeros is absent and left out.
    history : History
        What the beats are compared with.
    window : BeatWindow

    Returns
    -------
    (n,) float64
        0 for a beat as far from the template as its own beats are, and where every lead is absent.
    """
    novelty = part_distances(beats, history.template, window) - history.part_distance
    present = beats.any(axis=1)
    total = (novelty.mean(axis=2) * present).sum(axis=1)
    return np.asarray(total / np.maximum(present.sum(axis=1), 1), dtype=np.float64)


def _qrs_width(beats: NDArray[np.float32], window: BeatWindow) -> NDArray[np.float64]:
    """Spread of the squared slope around the R peak in s, twice its standard deviation."""
    around = window.r_peak
    reach = round(0.15 * window.fs)
    near = lay_in_blocks(beats[:, max(0, around - reach) : around + reach], np.float64)
    slope = near[:, 1:] - near[:, :-1]
    slope *= slope
    slope += 1e-9
    moments = weigh_samples(_moment_weights(slope.shape[1], window.fs), slope)
    total, centre, square = np.swapaxes(moments, 0, 1)
    spread = np.maximum(square / total - (centre / total) ** 2, 0.0)
    return per_beat(2 * np.sqrt(spread) + 1 / window.fs, len(beats))


@cache
def _moment_weights(length: int, fs: float) -> NDArray[np.float64]:
    """Weights of samples over time that give the zeroth to the second moment, (3, length)."""
    at = np.arange(length) / fs
    weights = np.stack([np.ones(length), at, at**2])
    weights.flags.writeable = False  # one for all who ask
    return weights
