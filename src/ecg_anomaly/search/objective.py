"""One trial: one training, judged after every epoch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.network.onnx.onnx_network import Arrays
from ecg_anomaly.network.scorer import calibrate_scorer
from ecg_anomaly.records.beat_labels import AAMI_CLASSES
from ecg_anomaly.search.objective_value import average_precision_by_subject, value_of_trial
from ecg_anomaly.search.sweep_beats import SweepBeats
from ecg_anomaly.search.trials import OBJECTIVE

Epoch = dict[str, float]

#: Normal training beats from which an autoencoder's scores are calibrated after every epoch.
CALIBRATION_BEATS = 2000


@dataclass(frozen=True)
class KerasNetwork:
    """A network in training, as a scorer wants it: named arrays in, named arrays out.

    Attributes
    ----------
    network : keras.Model
    """

    network: Any

    def run(self, arrays: Arrays) -> Arrays:
        """Run on any number of beats."""
        from ecg_anomaly.network.training.fit import run_network

        return run_network(self.network, arrays["sequence"], arrays["features"])


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
    from ecg_anomaly.network.build_network import build_network
    from ecg_anomaly.network.layers import InputShape
    from ecg_anomaly.network.onnx.export import seed_everything
    from ecg_anomaly.network.training.augmentation import describe_layout
    from ecg_anomaly.network.training.fit import fit_network
    from ecg_anomaly.network.training.targets import choose_training_beats

    forget_networks()
    learnt = choose_training_beats(beats.train, config.model.kind)
    _, samples, channels = beats.train.sequence.shape
    seed_everything(config.training.seed)
    shape = InputShape(samples, channels, beats.train.features.shape[1])
    network = build_network(config.model, shape, len(AAMI_CLASSES))
    n_leads = min(len(config.dataset.leads), channels)
    layout = describe_layout(config.preprocess.fs, n_leads, beats.transform)
    evaluate = _evaluate(network, beats, config.model.kind)
    curve: list[float] = []

    def receive(metrics: Epoch) -> None:
        curve.append(evaluate())
        report({**metrics, OBJECTIVE: curve[-1]})

    checked = _checked_beats(beats.judged, config.model.kind)
    fit_network(network, learnt, checked, layout, config.training, receive)
    return value_of_trial(curve)


def forget_networks() -> None:
    """Let go of the networks of earlier trials, which Keras keeps in a global state."""
    import keras

    keras.utils.clear_session()


def _evaluate(network: Any, beats: SweepBeats, kind: str) -> Callable[[], float]:
    """Return what judges the network as it is: with the evidence that the detector uses."""
    normal = np.flatnonzero(beats.train.presumed_normal)
    some = beats.train.select(normal[:: -(-len(normal) // CALIBRATION_BEATS) or 1])
    judged = beats.judged

    def evaluate() -> float:
        scorer = calibrate_scorer(kind, KerasNetwork(network), some)
        score = scorer.score(judged)
        return average_precision_by_subject(judged.anomalous, score, judged.subject)

    return evaluate


def _checked_beats(judged: BeatInputs, kind: str) -> Any:
    """Beats for the loop's own validation: early stopping reads the same people."""
    from ecg_anomaly.network.training.targets import TrainingBeats

    if kind == "lstm_autoencoder":
        return TrainingBeats(judged.select(~judged.anomalous), None)
    known = np.where(judged.aami == "", "N", judged.aami)
    return TrainingBeats(judged, (known[:, None] == np.array(AAMI_CLASSES)).astype(np.float32))
