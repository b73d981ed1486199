"""Put together what one side of the split gives to a detector."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.describe import BeatDescription
from ecg_anomaly.features.selection import FeatureTransform


def assemble_inputs(
    beats: BeatSet, described: BeatDescription, transform: FeatureTransform, rows: NDArray[Any]
) -> BeatInputs:
    """Select recorded beats and join their description.

    Parameters
    ----------
    beats : BeatSet
        All beats.
    described : BeatDescription
        Their description, same order.
    transform : FeatureTransform
        Fitted on the training side.
    rows : (n,) bool or (m,) int
        Beats of this side.

    Returns
    -------
    BeatInputs
    """
    mine = beats.select(rows)
    return BeatInputs(
        sequence=described.sequence[rows],
        features=transform.apply(described.values[rows]),
        rule=described.rule[rows].astype(np.float32),
        record=mine.record,
        subject=mine.subject,
        sample=mine.sample,
        symbol=mine.symbol,
        aami=mine.aami,
        synthetic=np.full(len(mine), "", dtype="<U8"),
    )
