"""Augmentation: random changes to training beats that leave their class as it is."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import TrainingConfig
from ecg_anomaly.features.selection import CLIP
from ecg_anomaly.network.training.input_layout import InputLayout, LocalRhythm


def augment_beats(
    sequence: NDArray[np.float32],
    features: NDArray[np.float32],
    layout: InputLayout,
    config: TrainingConfig,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Shift, scale and invert beats, swap and drop their leads, drop their local rhythm.

    Parameters
    ----------
    sequence : (n, window, n_channels) float32
        Channels come in groups of `layout.n_leads`: every group has the same leads.
    features : (n, k) float32
        Selected and scaled features.
    layout : InputLayout
        Which channel and which feature is of which lead.
    config : TrainingConfig
        Strength and share of each change.
    rng : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    sequence, features : arrays
        Changed copies. At most one lead of a beat is dropped, and never the only one.
    """
    n, _, n_channels = sequence.shape
    groups = n_channels // layout.n_leads
    varied, numbers = _shift(sequence, round(config.time_shift_s * layout.fs), rng), features.copy()
    gain = np.exp(rng.normal(0, config.amplitude_jitter, size=(n, layout.n_leads)))
    gain *= np.where(rng.random((n, layout.n_leads)) < config.polarity_flip, -1.0, 1.0)
    if layout.n_leads == 2:
        swapped = rng.random(n) < config.lead_swap
        varied[swapped] = _swap_channels(varied[swapped], groups)
        numbers[swapped] = numbers[swapped][:, layout.other_lead]
        dropped = np.flatnonzero(rng.random(n) < config.lead_drop)
        lead = rng.integers(0, 2, size=len(dropped))
        gain[dropped, lead] = 0.0
        gone = layout.feature_lead[None, :] == lead[:, None]
        numbers[dropped] = np.where(gone, layout.absent, numbers[dropped])
    numbers = drop_local_rhythm(numbers, layout.local_rhythm, config.local_rhythm_drop, rng)
    return (varied * np.tile(gain, groups)[:, None, :]).astype(np.float32), numbers


def drop_local_rhythm(
    features: NDArray[np.float32], pairs: LocalRhythm, share: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Compare some beats with the intervals of the last minutes only.

    In a run of early beats the last few intervals are short too, and against them no beat of the
    run is early: a network must not rely on them alone.

    Parameters
    ----------
    features : (n, k) float32
        Selected and scaled features.
    pairs : LocalRhythm
        Columns that change, and where they find their value.
    share : float
        Share of beats that change.
    rng : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    (n, k) float32
        A changed copy.
    """
    known = features[:, pairs.general] * pairs.ratio + pairs.offset
    forgotten = rng.random((len(features), 1)) < share
    changed = features.copy()
    changed[:, pairs.local] = np.where(
        forgotten, np.clip(known, -CLIP, CLIP), features[:, pairs.local]
    )
    return changed


def add_noise(
    sequence: NDArray[np.float32],
    layout: InputLayout,
    noise: float,
    wander: float,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Add muscle-like noise and baseline wander, the same in every group of channels.

    Half of the noise is smoothed, as muscle noise behind a filter is.

    Parameters
    ----------
    sequence : (n, window, n_channels) float32
        Windows, amplitudes in units of each subject's own.
    layout : InputLayout
        Sampling rate, and leads in each group of channels.
    noise, wander : float
        Strength in the same units. The standard deviation of the noise and the amplitude of the
        wander are drawn anew for each beat and lead, half-normal with this standard deviation.
    rng : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    (n, window, n_channels) float32
        A changed copy.
    """
    n, window, n_channels = sequence.shape
    each = (n, 1, layout.n_leads)
    white = rng.standard_normal((n, window, layout.n_leads))
    smooth = 0.6 * (white + np.roll(white, 1, axis=1) + np.roll(white, 2, axis=1))
    added = np.where(rng.random(each) < 0.5, white, smooth)
    added = added * np.abs(rng.normal(0, noise, each))
    time = np.arange(window)[None, :, None] / layout.fs
    angle = 2 * np.pi * (rng.random(each) + 1.5 * rng.random(each) * time)
    added += np.abs(rng.normal(0, wander, each)) * np.sin(angle)
    return (sequence + np.tile(added, n_channels // layout.n_leads)).astype(np.float32)


def blur_features(
    features: NDArray[np.float32], spread: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Add normal noise of a standard deviation of `spread` to the scaled features, (n, k)."""
    return (features + rng.normal(0, spread, features.shape)).astype(np.float32)


def _shift(
    sequence: NDArray[np.float32], reach: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    n, window, _ = sequence.shape
    index = np.arange(window) + rng.integers(-reach, reach + 1, size=(n, 1))
    return np.take_along_axis(sequence, np.clip(index, 0, window - 1)[:, :, None], axis=1)


def _swap_channels(sequence: NDArray[np.float32], groups: int) -> NDArray[np.float32]:
    n, window, n_channels = sequence.shape
    # No -1 in the shape: NumPy cannot infer it when no beat of the batch is swapped.
    leads = sequence.reshape(n, window, groups, n_channels // groups)
    return leads[..., ::-1].reshape(n, window, n_channels)
