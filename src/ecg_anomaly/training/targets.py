"""What each kind of network is trained towards."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.labels import AAMI_CLASSES
from ecg_anomaly.errors import UserError
from ecg_anomaly.features.beat_inputs import BeatInputs

#: Largest weight of a rare class against the commonest one.
MOST_WEIGHT = 10.0


@dataclass(frozen=True)
class TrainingBeats:
    """Beats that train one kind of network.

    Attributes
    ----------
    inputs : BeatInputs
        The beats.
    one_hot : (n, 5) float32 or None
        Their AAMI classes, None for the autoencoder.
    weight : (n,) float32 or None
        Weight of each in the loss, None for equal ones.
    """

    inputs: BeatInputs
    one_hot: NDArray[np.float32] | None
    weight: NDArray[np.float32] | None


def choose_training_beats(inputs: BeatInputs, kind: str, side: str = "train") -> TrainingBeats:
    """Choose the beats a network may learn from: normal ones, or all labelled ones.

    Parameters
    ----------
    inputs : BeatInputs
        One side of the split.
    kind : {"lstm_autoencoder", "lstm_classifier"}
        The autoencoder takes normal beats, or every beat of a data set without labels.
    side : str
        Name of the side, for the error.

    Raises
    ------
    UserError
        When there is no such beat, or a classifier would see one class only.
    """
    if kind == "lstm_classifier":
        return _labelled(inputs.select(inputs.labelled), side)
    normal = inputs.select(inputs.presumed_normal)
    if not len(normal):
        rule = f"no normal beats to train on in the {side} side"
        raise UserError("dataset.split", rule, "add records with normal beats")
    return TrainingBeats(normal, None, None)


def _labelled(inputs: BeatInputs, side: str) -> TrainingBeats:
    if not inputs.anomalous.any() or inputs.anomalous.all():
        rule = (
            f"the {side} side has no {'normal' if len(inputs) else 'labelled'} or no abnormal beats"
        )
        raise UserError("model.kind", rule, "use model=lstm_autoencoder or label more records")
    one_hot = (inputs.aami[:, None] == np.array(AAMI_CLASSES)).astype(np.float32)
    count = one_hot.sum(axis=0)
    class_weight = np.sqrt(count.max() / np.maximum(count, 1)).clip(max=MOST_WEIGHT)
    weight = one_hot @ class_weight
    return TrainingBeats(inputs, one_hot, (weight / weight.mean()).astype(np.float32))
