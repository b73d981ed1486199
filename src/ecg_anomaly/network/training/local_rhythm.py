"""Forget the last few intervals: in a run of early beats they say that nothing is early."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.selection import CLIP, FeatureTransform


@dataclass(frozen=True)
class LocalRhythm:
    """Features against the last few intervals that have a counterpart against the last minutes.

    Attributes
    ----------
    local, general : (m,) int64
        Columns of the former and of the latter.
    ratio, offset : (m,) float32
        Turn the scaled value of the latter into one of the former.
    """

    local: NDArray[np.int64]
    general: NDArray[np.int64]
    ratio: NDArray[np.float32]
    offset: NDArray[np.float32]


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


def forget_local_rhythm(
    features: NDArray[np.float32], pairs: LocalRhythm, share: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Let some beats be compared with the last minutes only.

    Parameters
    ----------
    features : (n, k) float32
        Scaled numbers.
    pairs : LocalRhythm
        Columns that change, and where they find their value.
    share : float
        Share of beats.
    rng : numpy.random.Generator
        Source of chance.

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
