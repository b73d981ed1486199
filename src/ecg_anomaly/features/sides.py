"""Put together what one side of the split gives to a detector."""

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.describe import BeatDescription
from ecg_anomaly.features.selection import FeatureTransform

#: What the no-training rules look at, in the order of `BeatInputs.rule`.
RULE_FEATURES = ("template_distance", "rr_previous_to_local", "rr_previous_to_mean")


def assemble_side(
    beats: BeatSet,
    described: BeatDescription,
    transform: FeatureTransform,
    rows: NDArray[np.bool_],
) -> BeatInputs:
    """Select beats and join their description.

    Parameters
    ----------
    beats : BeatSet
        All beats.
    described : BeatDescription
        Their description, same order.
    transform : FeatureTransform
        Fitted on the training side.
    rows : (n,) bool
        Beats of this side.

    Returns
    -------
    BeatInputs
    """
    columns = [described.names.index(name) for name in RULE_FEATURES]
    values = described.values[rows]
    return BeatInputs(
        sequence=described.sequence[rows],
        features=transform.apply(values),
        rule=values[:, columns].astype(np.float32),
        record=beats.record[rows],
        subject=beats.subject[rows],
        sample=beats.sample[rows],
        symbol=beats.symbol[rows],
        aami=beats.aami[rows],
    )
