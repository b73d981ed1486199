"""Random changes to training beats that leave their class as it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import TrainingConfig
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.network.training.absent_leads import absent_values, leads_of_features
from ecg_anomaly.network.training.local_rhythm import (
    LocalRhythm,
    find_local_rhythm,
    forget_local_rhythm,
)


@dataclass(frozen=True)
class InputLayout:
    """What augmentation must know of the inputs.

    Attributes
    ----------
    fs : float
        Sampling rate of the window in Hz.
    n_leads : int
        Leads in each group of channels.
    feature_lead : (k,) int
        Lead of each feature, counted from 0; -1 for a feature of no lead.
    feature_twin : (k,) int
        Column of the same feature of the other lead; its own where there is none.
    dead : (k,) float32
        Value of each feature where the lead is absent.
    local_rhythm : LocalRhythm
        Which features compare with the last few intervals.
    """

    fs: float
    n_leads: int
    feature_lead: NDArray[np.int64]
    feature_twin: NDArray[np.int64]
    dead: NDArray[np.float32]
    local_rhythm: LocalRhythm


def describe_layout(fs: float, n_leads: int, transform: FeatureTransform) -> InputLayout:
    """Read from the names of the features which lead each is of."""
    names, lead = list(transform.names), leads_of_features(transform)
    stems, other = [name.rpartition("_")[0] for name in names], {0: "2", 1: "1"}
    twins = [f"{stem}_{other.get(at, 'x')}" for stem, at in zip(stems, lead.tolist(), strict=True)]
    twin = np.array([names.index(t) if t in names else i for i, t in enumerate(twins)], int)
    dead, rhythm = absent_values(transform), find_local_rhythm(transform)
    return InputLayout(fs, n_leads, lead, twin, dead, rhythm)


def vary_beats(
    sequence: NDArray[np.float32],
    features: NDArray[np.float32],
    layout: InputLayout,
    config: TrainingConfig,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Shift in time, scale, turn upside down, swap and drop leads, forget the last few beats.

    Parameters
    ----------
    sequence : (n, window, n_channels) float32
        Channels come in groups of `layout.n_leads`: every group has the same leads.
    features : (n, k) float32
        Selected and scaled numbers.
    layout : InputLayout
        Which channel and which feature is of which lead.
    config : TrainingConfig
        Strength and share of each change.
    rng : numpy.random.Generator
        Source of chance.

    Returns
    -------
    sequence, features : arrays
        Changed copies. One lead at most is dropped from a beat.
    """
    n, _, n_channels = sequence.shape
    groups = n_channels // layout.n_leads
    varied, numbers = _shift(sequence, round(config.time_shift_s * layout.fs), rng), features.copy()
    gain = np.exp(rng.normal(0, config.amplitude_jitter, size=(n, layout.n_leads)))
    gain *= np.where(rng.random((n, layout.n_leads)) < config.polarity_flip, -1.0, 1.0)
    if layout.n_leads == 2:
        swapped = rng.random(n) < config.lead_swap
        varied[swapped] = _swap_channels(varied[swapped], groups)
        numbers[swapped] = numbers[swapped][:, layout.feature_twin]
        dropped = np.flatnonzero(rng.random(n) < config.lead_drop)
        lead = rng.integers(0, 2, size=len(dropped))
        gain[dropped, lead] = 0.0
        gone = layout.feature_lead[None, :] == lead[:, None]
        numbers[dropped] = np.where(gone, layout.dead, numbers[dropped])
    numbers = forget_local_rhythm(numbers, layout.local_rhythm, config.local_rhythm_drop, rng)
    return (varied * np.tile(gain, groups)[:, None, :]).astype(np.float32), numbers


def add_noise(
    sequence: NDArray[np.float32],
    layout: InputLayout,
    config: TrainingConfig,
    rng: np.random.Generator,
) -> NDArray[np.float32]:
    """Add muscle-like noise and baseline wander, the same in every group of channels.

    The standard deviation is drawn anew for each beat and lead, half-normal around 0; half of the
    noise is smoothed, as muscle noise behind a filter is.
    """
    n, window, n_channels = sequence.shape
    each = (n, 1, layout.n_leads)
    white = rng.standard_normal((n, window, layout.n_leads))
    smooth = 0.6 * (white + np.roll(white, 1, axis=1) + np.roll(white, 2, axis=1))
    noise = np.where(rng.random(each) < 0.5, white, smooth)
    noise = noise * np.abs(rng.normal(0, config.noise, each))
    time = np.arange(window)[None, :, None] / layout.fs
    angle = 2 * np.pi * (rng.random(each) + 1.5 * rng.random(each) * time)
    noise += np.abs(rng.normal(0, config.wander, each)) * np.sin(angle)
    return (sequence + np.tile(noise, n_channels // layout.n_leads)).astype(np.float32)


def blur_features(
    features: NDArray[np.float32], config: TrainingConfig, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Add normal noise to the scaled features."""
    return (features + rng.normal(0, config.feature_noise, features.shape)).astype(np.float32)


def _shift(
    sequence: NDArray[np.float32], reach: int, rng: np.random.Generator
) -> NDArray[np.float32]:
    n, window, _ = sequence.shape
    index = np.arange(window) + rng.integers(-reach, reach + 1, size=(n, 1))
    return np.take_along_axis(sequence, np.clip(index, 0, window - 1)[:, :, None], axis=1)


def _swap_channels(sequence: NDArray[np.float32], groups: int) -> NDArray[np.float32]:
    n, window, n_channels = sequence.shape
    # The leads are counted out: NumPy cannot where no beat of the batch is swapped.
    leads = sequence.reshape(n, window, groups, n_channels // groups)
    return leads[..., ::-1].reshape(n, window, n_channels)
