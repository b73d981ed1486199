"""One trial: one training, judged after every epoch."""

from collections.abc import Callable
from typing import Any

import numpy as np

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.network.scorer import calibrate_scorer
from ecg_anomaly.network.training.targets import TrainingBeats, with_classes
from ecg_anomaly.search.objective_value import average_precision_by_subject, value_of_trial
from ecg_anomaly.search.sweep_beats import SweepBeats
from ecg_anomaly.search.trials import OBJECTIVE

Epoch = dict[str, float]

#: Normal training beats from which an autoencoder's scores are calibrated after every epoch.
CALIBRATION_BEATS = 2000


def train_trial(
    beats: SweepBeats, config: PipelineConfig, report: Callable[[Epoch], None]
) -> float:
    """Train one network and return what it is judged by.

    Parameters
    ----------
    beats : SweepBeats
        Read once for all trials.
    config : PipelineConfig
        Of this trial, its seed included.
    report : callable
        Receives each epoch with `OBJECTIVE` among its figures; what it raises ends the training.

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

    training.fit(_checked_beats(beats.judged, config.model.kind), receive)
    return value_of_trial(curve)


def _evaluate(network: Any, beats: SweepBeats, kind: str) -> Callable[[], float]:
    """Return what judges the network as it is: with the evidence that the detector uses."""
    from ecg_anomaly.network.keras_network import KerasNetwork

    normal = np.flatnonzero(beats.train.presumed_normal)
    some = beats.train.select(normal[:: -(-len(normal) // CALIBRATION_BEATS) or 1])
    judged = beats.judged

    def evaluate() -> float:
        scorer = calibrate_scorer(kind, KerasNetwork(network), some)
        score = scorer.score(judged)
        return average_precision_by_subject(judged.anomalous, score, judged.subject)

    return evaluate


def _checked_beats(judged: BeatInputs, kind: str) -> TrainingBeats:
    """Beats for the loop's own validation: early stopping reads the same people."""
    if kind == "lstm_autoencoder":
        return TrainingBeats(judged.select(~judged.anomalous), None)
    return with_classes(judged)
