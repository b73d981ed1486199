"""What each kind of network learns from, and towards what."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import TrainingConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.beat_labels import AAMI_CLASSES


@dataclass(frozen=True)
class TrainingBeats:
    """Beats that train one kind of network.

    Attributes
    ----------
    inputs : BeatInputs
        The beats.
    one_hot : (n, 5) float32 or None
        Their AAMI classes, None for the autoencoder.
    """

    inputs: BeatInputs
    one_hot: NDArray[np.float32] | None


def choose_training_beats(inputs: BeatInputs, kind: str, split: str = "train") -> TrainingBeats:
    """Choose the beats a network may learn from.

    Parameters
    ----------
    inputs : BeatInputs
        One side of the split, recorded and made beats.
    kind : {"lstm_contrast", "lstm_autoencoder", "lstm_classifier"}
        The autoencoder takes recorded normal beats; the contrast these and what was made from
        them; the classifier all labelled beats and known ones in another rhythm. In a data set
        without labels every recorded beat is taken for normal.
    side : str
        Name of the side, for the error.

    Raises
    ------
    UserError
        When there is no such beat, or a classifier would see one kind only.
    """
    normal = inputs.presumed_normal
    if kind != "lstm_classifier" and not normal.any():
        rule = f"no normal beats to train on in the {split} side"
        raise UserError("dataset.split", rule, "add records with normal beats")
    if kind == "lstm_autoencoder":
        return TrainingBeats(inputs.select(normal), None)
    if kind == "lstm_contrast":
        rows = normal | np.isin(inputs.synthetic, ["anomaly", "rhythm"])
        return with_classes(inputs.select(rows))
    rows = (inputs.recorded | np.isin(inputs.synthetic, ["rhythm", "run"])) & inputs.labelled
    labelled = inputs.select(rows)
    if not labelled.anomalous.any() or labelled.anomalous.all():
        rule = f"the {split} side has no labelled normal or no labelled abnormal beats"
        raise UserError("model.kind", rule, "use model=lstm_contrast or label more records")
    return with_classes(labelled)


def draw_epoch(
    beats: TrainingBeats, config: TrainingConfig, rng: np.random.Generator
) -> NDArray[np.intp]:
    """Draw the beats of one epoch in random order.

    No record gives more than ``normal_per_record`` recorded normal beats and as many beats made
    from them, nor more than ``abnormal_per_record`` recorded ones of one other class and as many
    put in runs, so that a person with many beats does not outweigh the others. Where more beats
    were made than that, each epoch shows others: the network has to learn what they have in common.
    """
    inputs = beats.inputs
    order = rng.permutation(len(inputs))
    from_normal = np.isin(inputs.synthetic, ["anomaly", "rhythm"])
    kind = np.where(from_normal, "made", np.char.add(inputs.aami, inputs.synthetic))
    _, group = np.unique(np.char.add(np.char.add(inputs.record, "/"), kind), return_inverse=True)
    abnormal = inputs.anomalous & ~from_normal
    most = np.where(abnormal, config.abnormal_per_record, config.normal_per_record)
    shuffled = group[order]
    by_group = np.argsort(shuffled, kind="stable")
    starts = np.searchsorted(shuffled[by_group], np.arange(group.max() + 1))
    place = np.empty(len(order), dtype=np.intp)
    place[by_group] = np.arange(len(order)) - starts[shuffled[by_group]]
    return order[place < most[order]]


def with_classes(inputs: BeatInputs) -> TrainingBeats:
    """Give each beat its AAMI class as the target; beats without a label count as normal."""
    known = np.where(inputs.aami == "", "N", inputs.aami)
    return TrainingBeats(inputs, (known[:, None] == np.array(AAMI_CLASSES)).astype(np.float32))
