"""Is the P wave of a regular beat there? A matched filter on the patient's own P wave.

A supraventricular premature beat has a normal QRS complex; what is odd is its time and its P wave,
which is missing, hidden in the T wave before it, or of another shape. The template is that of
regular beats, so that the answer does not change in a run of premature ones.
"""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.schema import PreprocessConfig
from ecg_anomaly.features.parts import part_slice

#: The P wave may come so much earlier or later, in s, before it counts as another one.
LAG_S = 0.025

#: Energy, in squared units of amplitude, below which there is no P wave to look for.
_FLOOR = 1e-4


def match_p_wave(
    beats: NDArray[np.floating], template: NDArray[np.floating], config: PreprocessConfig
) -> NDArray[np.float64]:
    """How much of the template's P wave is in each beat, at the best lag.

    Parameters
    ----------
    beats, template : (n, window, n_leads)
        In units of the patient's amplitude.
    config : PreprocessConfig
        Gives the window.

    Returns
    -------
    (n, n_leads) float64
        1 for the very same wave, 0 for none, negative for an inverted one; straight lines
        are ignored on both sides.
    """
    part = part_slice("p", config)
    wanted = _detrend(template[:, part])
    energy = (wanted**2).sum(axis=1) + _FLOOR
    reach = min(round(LAG_S * config.fs), part.start)
    best = np.full((len(beats), beats.shape[2]), -np.inf)
    for lag in range(-reach, reach + 1):
        shifted = _detrend(beats[:, part.start + lag : part.stop + lag])
        best = np.maximum(best, (shifted * wanted).sum(axis=1) / energy)
    return best


def p_wave_energy(template: NDArray[np.floating], config: PreprocessConfig) -> NDArray[np.float64]:
    """Energy of the template's P wave, ``(n, n_leads)``, with a floor."""
    return (_detrend(template[:, part_slice("p", config)]) ** 2).sum(axis=1) + _FLOOR


def p_wave_residual(
    beats: NDArray[np.floating],
    template: NDArray[np.floating],
    match: NDArray[np.float64] | float,
    config: PreprocessConfig,
) -> NDArray[np.float64]:
    """Energy that is left when `match` times the template's P wave is taken away.

    Returns
    -------
    (n, n_leads) float64
    """
    part = part_slice("p", config)
    share = np.clip(match, -1.0, 2.0)
    scaled = share[:, None] if isinstance(share, np.ndarray) and share.ndim else share
    left = _detrend(beats[:, part]) - scaled * _detrend(template[:, part])
    return (left**2).sum(axis=1)


def _detrend(waves: NDArray[np.floating]) -> NDArray[np.float64]:
    """Subtract the best straight line from each wave; axis 1 is time."""
    length = waves.shape[1]
    line = np.column_stack([np.ones(length), np.linspace(-1, 1, length)])
    values = waves.astype(np.float64)
    fitted = np.linalg.pinv(line)
    return values - np.einsum("tk,ks,nsl->ntl", line, fitted, values, optimize=True)
