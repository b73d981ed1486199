"""The inputs of a protocol without some of what a network usually sees."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.files.errors import UserError
from lab.benchmark.benchmark_schema import DetectorConfig
from lab.benchmark.protocol_inputs import Splits


def leave_out(splits: Splits, channels: Sequence[str], detector: DetectorConfig) -> Splits:
    """Take away the channels and features that a detector does not see.

    Parameters
    ----------
    sides : Sides
        Inputs with everything.
    channels : sequence of str
        Names of the groups of channels in them, ``features.channels``.
    detector : DetectorConfig
        Channels that it sees, and beginnings of the names of features that it does not.

    Raises
    ------
    UserError
        When it wants a channel that is not there, or a beginning fits no feature: the network
        would be the usual one under another name.
    """
    if not detector.channels and not detector.left_out:
        return splits
    columns = _columns(channels, detector.channels, splits.train.sequence.shape[2])
    kept = _kept_features(splits.transform.names, detector.left_out)

    def cut(inputs: BeatInputs) -> BeatInputs:
        return replace(
            inputs, sequence=inputs.sequence[:, :, columns], features=inputs.features[:, kept]
        )

    return replace(
        splits,
        train=cut(splits.train),
        validation=cut(splits.validation),
        tests={name: cut(split) for name, split in splits.tests.items()},
        transform=_cut_transform(splits.transform, kept),
    )


def _columns(present: Sequence[str], wanted: Sequence[str], n_columns: int) -> NDArray[np.intp]:
    absent = sorted(set(wanted) - set(present))
    if absent:
        rule = f"{absent[0]} is none of {list(present)}"
        raise UserError("channels of benchmark.detectors", rule, "name one of features.channels")
    groups = np.arange(n_columns).reshape(len(present), -1)
    places = [present.index(name) for name in wanted or present]
    return groups[places].ravel()


def _kept_features(names: Sequence[str], left_out: Sequence[str]) -> NDArray[np.intp]:
    for beginning in left_out:
        if not any(name.startswith(beginning) for name in names):
            rule = f"no feature begins with {beginning!r}"
            raise UserError("left_out of benchmark.detectors", rule, f"there are {list(names)}")
    gone = tuple(left_out)
    return np.array([i for i, name in enumerate(names) if not name.startswith(gone)], dtype=np.intp)


def _cut_transform(transform: FeatureTransform, kept: NDArray[np.intp]) -> FeatureTransform:
    return FeatureTransform(
        tuple(transform.names[i] for i in kept),
        transform.columns[kept],
        transform.mean[kept],
        transform.scale[kept],
    )
