"""What a beat looks like when all leads but the first are absent."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import CLIP, FeatureTransform


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
    """Value of each scaled feature where its lead is absent, (k,): that of a 0."""
    return np.clip(-transform.mean / transform.scale, -CLIP, CLIP).astype(np.float32)


def keep_first_lead(inputs: BeatInputs, transform: FeatureTransform, n_leads: int) -> BeatInputs:
    """Take all leads but the first for absent.

    Parameters
    ----------
    inputs : BeatInputs
        Channels come in groups of `n_leads`: every group has the same leads.
    transform : FeatureTransform
        Names and scales of the features.
    n_leads : int
        Of the data set; with one there is nothing to take away.
    """
    sequence, features = inputs.sequence.copy(), inputs.features.copy()
    sequence[:, :, np.arange(sequence.shape[2]) % n_leads > 0] = 0
    gone = leads_of_features(transform) > 0
    features[:, gone] = absent_values(transform)[gone]
    return replace(inputs, sequence=sequence, features=features)
