"""The training loop: shuffle, vary, fit one epoch, validate, stop when it no longer helps."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import keras
import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.schema import TrainingConfig
from ecg_anomaly.errors import UserError
from ecg_anomaly.metrics.ranking import average_precision
from ecg_anomaly.training.augmentation import add_noise, vary_beats
from ecg_anomaly.training.targets import TrainingBeats

Epoch = dict[str, float]

#: Beats scored at once; larger batches do not score faster on a processor.
SCORING_BATCH = 512


@dataclass(frozen=True)
class Signal:
    """What augmentation must know of the window.

    Attributes
    ----------
    fs : float
        Sampling rate in Hz.
    n_leads : int
        Leads in each group of channels.
    """

    fs: float
    n_leads: int


def fit_network(
    network: keras.Model,
    train: TrainingBeats,
    validation: TrainingBeats,
    signal: Signal,
    config: TrainingConfig,
    report: Callable[[Epoch], None],
) -> list[Epoch]:
    """Train a network in place and leave it with its best weights.

    Parameters
    ----------
    network : keras.Model
        From `build_network`.
    train, validation : TrainingBeats
        Beats of different subjects.
    signal : Signal
        Sampling rate and leads of the window.
    config : TrainingConfig
        Optimisation and augmentation.
    report : callable
        Receives each epoch's figures as soon as they are known.

    Returns
    -------
    list of dict
        ``epoch``, ``loss``, ``validation_loss``, ``learning_rate`` and, for a classifier with
        abnormal validation beats, ``validation_average_precision``.

    Raises
    ------
    UserError
        When the loss of an epoch, in training or in validation, is not finite.
    """
    network.compile(keras.optimizers.Adam(config.learning_rate, clipnorm=1.0), loss=_loss(train))
    epochs: list[Epoch] = []
    best, best_weights, best_epoch = math.inf, network.get_weights(), 0
    for epoch in range(config.epochs):
        network.optimizer.learning_rate = _learning_rate(epoch, config)
        figures = _run_epoch(network, train, validation, signal, config, epoch)
        epochs.append(figures)
        report(figures)
        if _badness(figures) < best:
            best, best_weights, best_epoch = _badness(figures), network.get_weights(), epoch
        if epoch - best_epoch >= config.patience:
            break
    network.set_weights(best_weights)
    return epochs


def network_inputs(network: keras.Model, beats: TrainingBeats) -> dict[str, NDArray[np.float32]]:
    """Return the arrays that `network` takes, by name."""
    names = {tensor.name for tensor in network.inputs}
    arrays = {"sequence": beats.inputs.sequence, "features": beats.inputs.features}
    return {name: array for name, array in arrays.items() if name in names}


def _run_epoch(
    network: keras.Model,
    train: TrainingBeats,
    validation: TrainingBeats,
    signal: Signal,
    config: TrainingConfig,
    epoch: int,
) -> Epoch:
    # Keras repeats one permutation every epoch when a seed is set, so the order is drawn here.
    rng = np.random.default_rng([config.seed, epoch])
    losses = [
        network.train_on_batch(x, y, sample_weight=w)
        for x, y, w in _batches(network, train, signal, config, rng)
    ]
    loss = float(np.mean(losses))
    _check_finite(loss, "loss", epoch)
    return {
        "epoch": float(epoch + 1),
        "learning_rate": float(network.optimizer.learning_rate),
        "loss": loss,
        **_validate(network, validation, epoch),
    }


def _check_finite(loss: float, name: str, epoch: int) -> None:
    if not math.isfinite(loss):
        rule = f"the {name} is {loss} in epoch {epoch + 1}"
        raise UserError("training.learning_rate", rule, "lower it")


def _batches(
    network: keras.Model,
    beats: TrainingBeats,
    signal: Signal,
    config: TrainingConfig,
    rng: np.random.Generator,
) -> Iterator[
    tuple[dict[str, NDArray[np.float32]], NDArray[np.float32], NDArray[np.float32] | None]
]:
    arrays = network_inputs(network, beats)
    order = rng.permutation(len(beats.inputs))
    for start in range(0, len(order), config.batch_size):
        rows = order[start : start + config.batch_size]
        batch = {name: array[rows] for name, array in arrays.items()}
        clean = vary_beats(batch["sequence"], signal.n_leads, signal.fs, config, rng)
        batch["sequence"] = add_noise(clean, config.noise, rng)
        target = clean if beats.one_hot is None else beats.one_hot[rows]
        yield batch, target, None if beats.weight is None else beats.weight[rows]


def _validate(network: keras.Model, beats: TrainingBeats, epoch: int) -> Epoch:
    outputs = network.predict(network_inputs(network, beats), batch_size=SCORING_BATCH, verbose=0)
    if beats.one_hot is None:
        error = float(np.abs(outputs["reconstruction"] - beats.inputs.sequence).mean())
        _check_finite(error, "validation loss", epoch)
        return {"validation_loss": error}
    probability = np.clip(outputs["probability"], 1e-7, 1.0)
    losses = -(np.log(probability) * beats.one_hot).sum(axis=1)
    loss = float(np.average(losses, weights=beats.weight))
    _check_finite(loss, "validation loss", epoch)
    figures = {"validation_loss": loss}
    anomalous = beats.inputs.anomalous
    if anomalous.any() and not anomalous.all():
        precision = average_precision(anomalous, 1 - probability[:, 0])
        figures["validation_average_precision"] = precision
    return figures


def _loss(beats: TrainingBeats) -> dict[str, str]:
    if beats.one_hot is None:
        return {"reconstruction": "mean_absolute_error"}
    return {"probability": "categorical_crossentropy"}


def _badness(figures: Epoch) -> float:
    """What early stopping lowers: the loss, or the missing average precision."""
    return -figures.get("validation_average_precision", -figures["validation_loss"])


def _learning_rate(epoch: int, config: TrainingConfig) -> float:
    """Cosine decay to a twentieth (Loshchilov and Hutter 2017), without restarts."""
    progress = epoch / max(1, config.epochs)
    return config.learning_rate * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * progress)))
