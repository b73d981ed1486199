"""Which channels and features are of which lead, and what they are when that lead is absent."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import CLIP, FeatureTransform


@dataclass(frozen=True)
class LocalRhythm:
    """Features that compare with the last few intervals, and their long-term counterparts.

    Attributes
    ----------
    local, general : (m,) int64
        Columns of features against the last few intervals, and of the same features against the
        last minutes.
    ratio, offset : (m,) float32
        Turn the scaled value of the latter into one of the former.
    """

    local: NDArray[np.int64]
    general: NDArray[np.int64]
    ratio: NDArray[np.float32]
    offset: NDArray[np.float32]


@dataclass(frozen=True)
class InputLayout:
    """The meaning of the inputs, for augmentation.

    Attributes
    ----------
    fs : float
        Sampling rate of the window in Hz.
    n_leads : int
        Leads in each group of channels.
    feature_lead : (k,) int
        Lead of each feature, counted from 0; -1 for a feature of no lead.
    other_lead : (k,) int
        Column of the same feature of the other lead; its own where there is none.
    absent : (k,) float32
        Value of each feature where its lead is absent.
    local_rhythm : LocalRhythm
        Which features compare with the last few intervals.
    """

    fs: float
    n_leads: int
    feature_lead: NDArray[np.int64]
    other_lead: NDArray[np.int64]
    absent: NDArray[np.float32]
    local_rhythm: LocalRhythm


def describe_layout(fs: float, n_leads: int, transform: FeatureTransform) -> InputLayout:
    """Read the layout from the names of the features.

    Parameters
    ----------
    fs : float
        Sampling rate of the window in Hz.
    n_leads : int
        Leads in each group of channels.
    transform : FeatureTransform
        Names and scales of the features.
    """
    names, lead = list(transform.names), leads_of_features(transform)
    stems, suffix = [name.rpartition("_")[0] for name in names], {0: "2", 1: "1"}
    wanted = [f"{stem}_{suffix.get(at, 'x')}" for stem, at in zip(stems, lead, strict=True)]
    other = [names.index(name) if name in names else i for i, name in enumerate(wanted)]
    absent, rhythm = absent_values(transform), find_local_rhythm(transform)
    return InputLayout(fs, n_leads, lead, np.array(other, dtype=np.int64), absent, rhythm)


def leads_of_features(transform: FeatureTransform) -> NDArray[np.int64]:
    """Read from the names of the features which lead each is of (``..._1``, ``..._2``).

    Returns
    -------
    (k,) int64
        Counted from 0; -1 for a feature of no lead.
    """
    tails = [name.rpartition("_")[2] for name in transform.names]
    return np.array([int(tail) - 1 if tail.isdigit() else -1 for tail in tails], dtype=np.int64)


def absent_values(transform: FeatureTransform) -> NDArray[np.float32]:
    """Value of each scaled feature, (k,), where its lead is absent: that of an unscaled 0."""
    return np.clip(-transform.mean / transform.scale, -CLIP, CLIP).astype(np.float32)


def find_local_rhythm(transform: FeatureTransform) -> LocalRhythm:
    """Read the pairs from the names of the features (``..._to_local``, ``..._to_mean``)."""
    names = list(transform.names)
    wanted = [(name, name.replace("_to_local", "_to_mean")) for name in names]
    pairs = [(names.index(a), names.index(b)) for a, b in wanted if a != b and b in names]
    local, general = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    scale = transform.scale[local]
    ratio = transform.scale[general] / scale
    offset = (transform.mean[general] - transform.mean[local]) / scale
    return LocalRhythm(local, general, ratio.astype(np.float32), offset.astype(np.float32))


def keep_first_lead(inputs: BeatInputs, transform: FeatureTransform, n_leads: int) -> BeatInputs:
    """Make beats what they would be if all leads but the first were absent.

    Parameters
    ----------
    inputs : BeatInputs
        Channels come in groups of `n_leads`: every group has the same leads.
    transform : FeatureTransform
        Names and scales of the features.
    n_leads : int
        Leads of the data set; with one nothing changes.

    Returns
    -------
    BeatInputs
        A changed copy: channels of absent leads are 0, their features `absent_values`. Where a
        subject has two QRS shapes, the one that a beat is compared with was chosen on all leads.
    """
    sequence, features = inputs.sequence.copy(), inputs.features.copy()
    sequence[:, :, np.arange(sequence.shape[2]) % n_leads > 0] = 0
    gone = leads_of_features(transform) > 0
    features[:, gone] = absent_values(transform)[gone]
    return replace(inputs, sequence=sequence, features=features)
