"""Random changes to training beats that leave their class as it is."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.schema import TrainingConfig


def vary_beats(
    sequence: NDArray[np.float32],
    n_leads: int,
    fs: float,
    config: TrainingConfig,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Shift in time, scale and drop leads.

    Parameters
    ----------
    sequence : (n, window, n_channels) float32
        Channels come in groups of `n_leads`: every group has the same leads.
    n_leads : int
        Leads in a group.
    fs : float
        Sampling rate of the window in Hz.
    config : TrainingConfig
        Strength of each change.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    (n, window, n_channels) float32
        Changed copies.
    """
    n, window, n_channels = sequence.shape
    reach = round(config.time_shift_s * fs)
    shift = rng.integers(-reach, reach + 1, size=(n, 1))
    index = np.clip(np.arange(window) + shift, 0, window - 1)
    varied = np.take_along_axis(sequence, index[:, :, None], axis=1)
    gain = np.exp(rng.normal(0, config.amplitude_jitter, size=(n, n_leads)))
    if n_leads > 1:
        gain *= _kept_leads(n, n_leads, config.lead_drop, rng)
    return (varied * np.tile(gain, n_channels // n_leads)[:, None, :]).astype(np.float32)


def add_noise(
    sequence: NDArray[np.float32], level: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Add white noise; `level` is the largest standard deviation, drawn anew for each beat."""
    deviation = rng.uniform(0, level, size=(len(sequence), 1, 1)).astype(np.float32)
    return sequence + deviation * rng.standard_normal(sequence.shape, dtype=np.float32)


def _kept_leads(
    n: int, n_leads: int, probability: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return 0 for at most one lead of each beat, 1 for the others."""
    kept = np.ones((n, n_leads))
    dropped = np.flatnonzero(rng.random(n) < probability)
    kept[dropped, rng.integers(0, n_leads, size=len(dropped))] = 0
    return kept
