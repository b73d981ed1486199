"""Choose the beats that each kind of network learns from, their targets, and those of an epoch."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.scorer import heads_of
from ecg_anomaly.records.beat_labels import AAMI_CLASSES

#: Number of the network of a detector, from 0, that learns from records without noise alone. What
#: the others learn from noisy copies costs them ventricular beats and the ranking within subjects;
#: one that does not restores most of it (docs/detection-experiments.md).
CLEAN_NETWORK = 1


@dataclass(frozen=True)
class TrainingBeats:
    """Beats that train one kind of network.

    Attributes
    ----------
    inputs : BeatInputs
        The beats.
    one_hot : (n, 5) float32 or None
        Their AAMI classes, None for the autoencoder.
    weight : dict of str to (n,) float32
        For each output of the network the weight that a beat has in its loss: 1, or 0 for a beat
        that this output does not learn from.
    """

    inputs: BeatInputs
    one_hot: NDArray[np.float32] | None
    weight: dict[str, NDArray[np.float32]]


def choose_training_beats(inputs: BeatInputs, kind: str, split: str = "train") -> TrainingBeats:
    """Choose the beats a network may learn from.

    Parameters
    ----------
    inputs : BeatInputs
        Recorded and synthetic beats of one split.
    kind : {"lstm_multitask", "lstm_contrast", "lstm_autoencoder", "lstm_classifier"}
        The autoencoder takes recorded normal beats; the contrast these and the synthetic beats
        made from them; the classifier all labelled recorded beats and those put in runs; the
        multi-task network what both of these take, each for an output of its own, or,
        where nobody labelled abnormal beats, what the contrast takes for both. All but the
        autoencoder also take beats of noisy copies, the contrast the normal ones. In a data set
        without labels every recorded beat counts as normal.
    split : str
        Name of the split, for the error.

    Raises
    ------
    UserError
        When there is no such beat, or a classifier would see normal or abnormal beats only.
    """
    normal = inputs.presumed_normal
    if kind != "lstm_classifier" and not normal.any():
        rule = f"no normal beats to train on in the {split} split"
        raise UserError("dataset.split", rule, "add records with normal beats")
    if kind == "lstm_autoencoder":
        return TrainingBeats(inputs.select(normal), None, {})
    contrast = normal | inputs.made_of_normal | ((inputs.synthetic == "noise") & ~inputs.anomalous)
    learned = inputs.recorded | np.isin(inputs.synthetic, ["run", "block", "noise"])
    labelled = learned & inputs.labelled
    known = inputs.anomalous[labelled & inputs.recorded]
    both_kinds = bool(known.any() and not known.all())
    if kind == "lstm_classifier" and not both_kinds:
        rule = f"the {split} split has no labelled normal or no labelled abnormal beats"
        raise UserError("model.kind", rule, "use model=lstm_contrast or label more records")
    rows = {
        "lstm_contrast": [contrast],
        "lstm_classifier": [labelled],
        "lstm_multitask": [labelled if both_kinds else contrast, contrast],
    }
    return with_classes(inputs, dict(zip(heads_of(kind), rows[kind], strict=True)))


def beats_of_network(beats: BeatInputs, number: int) -> BeatInputs:
    """Leave noisy copies out for the network that learns without them.

    Parameters
    ----------
    beats : BeatInputs
        Beats of any split.
    number : int
        Number of the network, or of the fold of subjects that it is trained without, from 0. A
        single network is number 0, and learns from noisy copies.

    Returns
    -------
    BeatInputs
        All beats, or those that are of no noisy copy for network `CLEAN_NETWORK`.
    """
    return beats.without_noisy_copies() if number == CLEAN_NETWORK else beats


def draw_epoch(
    beats: TrainingBeats,
    normal_per_record: int,
    abnormal_per_record: int,
    rng: np.random.Generator,
) -> NDArray[np.intp]:
    """Draw the beats of one epoch in random order.

    A limit for each record keeps a subject with many beats from outweighing the others. Where
    there are more synthetic beats than the limit, each epoch shows others: the network has to learn
    what they have in common.

    Parameters
    ----------
    beats : TrainingBeats
        All beats that may be drawn.
    normal_per_record : int
        Most recorded normal beats of a record, and most synthetic beats made from normal ones.
    abnormal_per_record : int
        Most recorded beats of a record in each other class, and most of those put in runs.
    rng : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    (m,) int
        Rows of `beats`, each at most once.
    """
    inputs = beats.inputs
    order = rng.permutation(len(inputs))
    from_normal = inputs.made_of_normal
    kind = np.where(from_normal, "synthetic", np.char.add(inputs.aami, inputs.synthetic))
    _, group = np.unique(np.char.add(np.char.add(inputs.record, "/"), kind), return_inverse=True)
    abnormal = inputs.anomalous & ~from_normal
    most = np.where(abnormal, abnormal_per_record, normal_per_record)
    shuffled = group[order]
    by_group = np.argsort(shuffled, kind="stable")
    starts = np.searchsorted(shuffled[by_group], np.arange(group.max() + 1))
    place = np.empty(len(order), dtype=np.intp)
    place[by_group] = np.arange(len(order)) - starts[shuffled[by_group]]
    return order[place < most[order]]


def with_classes(inputs: BeatInputs, rows: dict[str, NDArray[np.bool_]]) -> TrainingBeats:
    """Give each beat its AAMI class as the target; beats without a label count as normal.

    Parameters
    ----------
    inputs : BeatInputs
        Recorded and synthetic beats.
    rows : dict of str to (n,) bool
        The beats that each output learns from; those that none learns from are left out.
    """
    some = np.logical_or.reduce(list(rows.values()))
    chosen = inputs.select(some)
    known = np.where(chosen.aami == "", "N", chosen.aami)
    weight = {name: mask[some].astype(np.float32) for name, mask in rows.items()}
    one_hot = (known[:, None] == np.array(AAMI_CLASSES)).astype(np.float32)
    return TrainingBeats(chosen, one_hot, weight)
