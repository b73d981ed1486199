"""What a trial is judged by: one number without a threshold, in which every person counts."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.errors import UserError

#: A person with fewer beats of a kind counts for that kind in proportion.
FULL_SAY = 10

#: Epochs beside the best one from which the value of a trial is taken: one before, one after.
NEAR = 1


def choose_evaluated_beats(validation: BeatInputs, judged: str) -> BeatInputs:
    """Choose the validation beats that trials are judged by.

    Parameters
    ----------
    validation : BeatInputs
        The validation side, recorded and made beats.
    judged : {"recorded", "made"}
        Labelled recorded beats, where there are normal and abnormal ones; otherwise, and for
        ``"made"``, recorded normal beats and those made from them.

    Raises
    ------
    UserError
        When normal or abnormal beats are absent either way.
    """
    known = validation.recorded & validation.labelled
    if judged == "recorded" and _both_kinds(validation.select(known)):
        return validation.select(known)
    rows = validation.presumed_normal | np.isin(validation.synthetic, ["anomaly", "rhythm"])
    if not _both_kinds(validation.select(rows)):
        rule = "the validation side has no normal or no abnormal beats to judge trials by"
        raise UserError("search.judged", rule, "add people to it, or beats_per_record")
    return validation.select(rows)


def average_precision_by_subject(
    anomalous: NDArray[np.bool_], score: NDArray[np.floating], subject: NDArray[np.str_]
) -> float:
    """Average precision over all beats, weighted so that people and not beats have the say.

    Among the abnormal beats every person weighs alike, and among the normal beats too; the two
    kinds keep the share that they have among the beats. One ranking of all people is judged,
    because one threshold will serve them all: the mean of each person's own average precision
    would forgive a network whose scores of one person lie above those of another.

    Parameters
    ----------
    anomalous : (n,) bool
        Both kinds must be there.
    score : (n,) float
        Larger is more anomalous.
    subject : (n,) str
        Who the beat is of. Who has fewer than `FULL_SAY` beats of a kind weighs less in
        proportion: one beat is not a tenth of what is to be found.

    Returns
    -------
    float
        In [0, 1]; NaN where a score is.
    """
    from sklearn.metrics import average_precision_score

    if not np.isfinite(score).all():
        return float("nan")
    weight = np.zeros(len(score))
    for kind in (anomalous, ~anomalous):
        weight[kind] = _weights_of_subjects(subject[kind]) * kind.mean()
    return float(average_precision_score(anomalous, score, sample_weight=weight))


def value_of_trial(curve: Sequence[float]) -> float:
    """Median of the best epoch and its neighbours: the best epoch alone is partly luck.

    Parameters
    ----------
    curve : sequence of float
        The figure of every epoch, at least one.
    """
    best = int(np.argmax(curve))
    return float(np.median(curve[max(0, best - NEAR) : best + NEAR + 1]))


def _weights_of_subjects(subject: NDArray[np.str_]) -> NDArray[np.float64]:
    """Weights with sum 1, alike for each person with `FULL_SAY` beats."""
    _, who, count = np.unique(subject, return_inverse=True, return_counts=True)
    weight = 1.0 / np.maximum(count, FULL_SAY)[who]
    return np.asarray(weight / weight.sum())


def _both_kinds(inputs: BeatInputs) -> bool:
    return bool(inputs.anomalous.any() and not inputs.anomalous.all())
