"""The objective of a sweep: trains one network, evaluates it after every epoch, returns one number.

The number needs no threshold, and every subject counts in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.scorer import calibrate_scorer, heads_of
from ecg_anomaly.network.training.epoch_log import Epoch
from ecg_anomaly.network.training.targets import TrainingBeats, with_classes
from ecg_anomaly.search.trials import OBJECTIVE

#: Normal training beats from which an autoencoder's scores are calibrated after every epoch.
CALIBRATION_BEATS = 2000

#: A subject with fewer beats of a kind counts for that kind in proportion.
FULL_WEIGHT = 10

#: Epochs before and after the best one from which the value of a trial is taken.
NEAR = 1


@dataclass(frozen=True)
class TrialBeats:
    """Beats of a trial.

    Attributes
    ----------
    train, evaluated : BeatInputs
        All training beats; the validation beats by which trials are compared.
    transform : FeatureTransform
        Says which feature is of which lead.
    """

    train: BeatInputs
    evaluated: BeatInputs
    transform: FeatureTransform


def train_trial(
    beats: TrialBeats, config: PipelineConfig, report: Callable[[Epoch], None]
) -> float:
    """Train one network and return the value of the objective.

    Parameters
    ----------
    beats : TrialBeats
        From `open_beats`.
    config : PipelineConfig
        Of this trial, its seed included.
    report : callable
        Receives each epoch with `OBJECTIVE` among its metrics; what it raises ends the training.

    Returns
    -------
    float
        Median of the validation average precision by subject over the epochs near the best.

    Raises
    ------
    UserError
        When the network cannot be built, nothing can be learnt, or a loss is not finite.
    """
    from ecg_anomaly.network.training.session import prepare_training  # imports Keras

    training = prepare_training(
        beats.train,
        beats.transform,
        model=config.model,
        training=config.training,
        fs=config.preprocess.fs,
        n_leads=len(config.dataset.leads),
    )
    evaluate = _evaluate(training.network, beats, config.model.kind)
    curve: list[float] = []

    def receive(metrics: Epoch) -> None:
        curve.append(evaluate())
        report({**metrics, OBJECTIVE: curve[-1]})

    training.fit(_validation_beats(beats.evaluated, config.model.kind), receive)
    return value_of_trial(curve)


def choose_evaluated_beats(validation: BeatInputs, objective_beats: str) -> BeatInputs:
    """Choose the validation beats by which trials are compared.

    Parameters
    ----------
    validation : BeatInputs
        The validation split, recorded and synthetic beats.
    objective_beats : {"labelled", "synthetic"}
        ``"labelled"``: labelled recorded beats, where there are normal and abnormal ones.
        Otherwise recorded normal beats, and synthetic beats made from them.

    Raises
    ------
    UserError
        When normal or abnormal beats are absent either way.
    """
    labelled = validation.recorded & validation.labelled
    if objective_beats == "labelled" and _has_both_kinds(validation.select(labelled)):
        return validation.select(labelled)
    rows = validation.presumed_normal | validation.made_of_normal
    if not _has_both_kinds(validation.select(rows)):
        rule = "the validation split has no normal or no abnormal beats to compare trials by"
        raise UserError("search.objective_beats", rule, "add subjects to it, or beats_per_record")
    return validation.select(rows)


def average_precision_by_subject(
    anomalous: NDArray[np.bool_], score: NDArray[np.floating], subject: NDArray[np.str_]
) -> float:
    """Average precision over all beats, weighted so that every subject counts alike.

    Among the abnormal beats every subject has the same weight, and among the normal beats too; the
    two kinds keep the share that they have among the beats. All subjects are ranked together,
    because one threshold will serve them all: the mean of each subject's own average precision
    would forgive a network whose scores of one subject lie above those of another.

    Parameters
    ----------
    anomalous : (n,) bool
        Both kinds must be present.
    score : (n,) float
        Larger is more anomalous.
    subject : (n,) str
        Subject of each beat. One with fewer than `FULL_WEIGHT` beats of a kind weighs less in
        proportion: its only abnormal beat is not a tenth of what is to be found.

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
        The metric after every epoch, at least one.
    """
    best = int(np.argmax(curve))
    return float(np.median(curve[max(0, best - NEAR) : best + NEAR + 1]))


def _evaluate(network: Any, beats: TrialBeats, kind: str) -> Callable[[], float]:
    """Return a function that scores the network as it is then, as the detector would."""
    from ecg_anomaly.network.keras_network import KerasNetwork

    normal = np.flatnonzero(beats.train.presumed_normal)
    some = beats.train.select(normal[:: -(-len(normal) // CALIBRATION_BEATS) or 1])
    evaluated = beats.evaluated

    def evaluate() -> float:
        score = calibrate_scorer(kind, KerasNetwork(network), some).score(evaluated)
        return average_precision_by_subject(evaluated.anomalous, score, evaluated.subject)

    return evaluate


def _validation_beats(evaluated: BeatInputs, kind: str) -> TrainingBeats:
    """Beats for early stopping: those by which the trial is evaluated."""
    if kind == "lstm_autoencoder":
        return TrainingBeats(evaluated.select(~evaluated.anomalous), None, {})
    everyone = np.ones(len(evaluated), dtype=bool)
    return with_classes(evaluated, dict.fromkeys(heads_of(kind), everyone))


def _weights_of_subjects(subject: NDArray[np.str_]) -> NDArray[np.float64]:
    """Weights with sum 1, alike for each subject with `FULL_WEIGHT` beats."""
    _, index, count = np.unique(subject, return_inverse=True, return_counts=True)
    weight = 1.0 / np.maximum(count, FULL_WEIGHT)[index]
    return np.asarray(weight / weight.sum())


def _has_both_kinds(inputs: BeatInputs) -> bool:
    return bool(inputs.anomalous.any() and not inputs.anomalous.all())
