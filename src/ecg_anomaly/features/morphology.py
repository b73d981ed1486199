"""Features of the shape of a beat, compared with the template of the subject's beats."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_window import PARTS, BeatWindow
from ecg_anomaly.features.beat_context import History
from ecg_anomaly.features.p_wave import (
    match_p_wave,
    match_p_wave_alone,
    p_wave_energy,
    p_wave_residual,
)
from ecg_anomaly.features.window_sums import (
    lay_in_blocks,
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

#: Added to both energies of a ratio, so that an absent lead gives a logarithm of 0.
_ENERGY_FLOOR = 1e-4


#: Of these columns there is another one for the comparison with the last hour.
HOUR_PER_LEAD = (*(f"{part}_difference_hour" for part in PARTS), "p_match_hour")


def name_hour_morphology(n_leads: int) -> tuple[str, ...]:
    """Names of the columns of `compare_with_hour` for a number of leads."""
    return tuple(f"{name}_{lead + 1}" for lead in range(n_leads) for name in HOUR_PER_LEAD)


def compare_with_hour(
    beats: NDArray[np.float32], history: History, hour: History, window: BeatWindow
) -> NDArray[np.float64]:
    """Compute the shape features against the beats of the last hour.

    Parameters
    ----------
    beats : (n, window, n_leads) float32
        In units of the amplitude in `history`.
    history, hour : History
        Of the last minutes and of the last hour.
    window : BeatWindow

    Returns
    -------
    (n, 4 * n_leads) float64
        Columns `name_hour_morphology`, in the units of `compute_morphology`.
    """
    scaled = beats * (history.amplitude / hour.amplitude)[:, None, :]
    novelty = part_distances(scaled, hour.template, window) - hour.part_distance
    match = match_p_wave(scaled, hour.template, window)
    columns = [*np.moveaxis(np.clip(novelty, -2, 4), 2, 0), np.clip(match, -1.5, 2)]
    return np.stack(columns, axis=2).reshape(len(beats), beats.shape[2] * len(HOUR_PER_LEAD))


def name_morphology(n_leads: int) -> tuple[str, ...]:
    """Names of the columns of `compute_morphology` for a number of leads."""
    return tuple(f"{name}_{lead + 1}" for lead in range(n_leads) for name in PER_LEAD)


def compute_morphology(
    beats: NDArray[np.float32], history: History, window: BeatWindow
) -> NDArray[np.float64]:
    """Compute the shape features.

    Parameters
    ----------
    beats : (n, window, n_leads) float32
        In units of the subject's amplitude.
    history : History
        What the beats are compared with.
    window : BeatWindow

    Returns
    -------
    (n, 9 * n_leads) float64
        Columns `name_morphology`. Differences are log distances from the template beyond the
        median distance of the beats it was made of; the P wave's match is 1 when it is as in the
        template; the width of the QRS complex is a logarithm against that of the template. Its
        amplitude is left out: it would tell synthetic beats from recorded ones. A lead that
        is absent, zero in beat and history, gives 0 in each of its columns.
    """
    template = history.template
    novelty = part_distances(beats, template, window) - history.part_distance
    match = match_p_wave(beats, template, window)
    noise = history.p_noise + _ENERGY_FLOOR
    residual = p_wave_residual(beats, template, match, window)
    per_lead = [
        *np.moveaxis(np.clip(novelty, -2, 4), 2, 0),
        np.clip(match, -1.5, 2),
        np.clip(0.5 * np.log(p_wave_energy(template, window) / noise), -2, 3),
        np.clip(0.5 * np.log((residual + _ENERGY_FLOOR) / noise), -2, 3),
        np.clip(match_p_wave_alone(history.recent_p, template, window), -1, 2),
        np.clip((match - history.p_match) / (history.p_spread + 0.05) / 3, -3, 3),
        _log_ratio(_qrs_width(beats, window), _qrs_width(template, window)),
    ]
    return np.stack(per_lead, axis=2).reshape(len(beats), beats.shape[2] * len(PER_LEAD))


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
    slope = np.diff(near, axis=1) ** 2 + 1e-9
    at = np.arange(slope.shape[1]) / window.fs
    # Zeroth to second moment in one product.
    moments = weigh_samples(np.stack([np.ones(len(at)), at, at**2]), slope)
    total, centre, square = np.swapaxes(moments, 0, 1)
    spread = np.maximum(square / total - (centre / total) ** 2, 0.0)
    return per_beat(2 * np.sqrt(spread) + 1 / window.fs, len(beats))


def _log_ratio(value: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.clip(np.log((value + 0.02) / (other + 0.02)), -3, 3).astype(np.float64)
