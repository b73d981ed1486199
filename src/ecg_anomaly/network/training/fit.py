"""The training loop: draw, vary, fit one epoch, validate, stop when it no longer helps."""

import math
from collections.abc import Callable, Iterator

import keras
import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import TrainingConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.keras_network import KerasNetwork, select_inputs
from ecg_anomaly.network.ranking import average_precision
from ecg_anomaly.network.training.augmentation import (
    InputLayout,
    add_noise,
    blur_features,
    vary_beats,
)
from ecg_anomaly.network.training.targets import TrainingBeats, draw_epoch
from ecg_anomaly.network.training.weight_average import WeightAverage

Epoch = dict[str, float]
Batch = tuple[dict[str, NDArray[np.float32]], NDArray[np.float32]]

#: Steps over which the learning rate rises at the start.
WARM_UP_STEPS = 50


def fit_network(
    network: keras.Model,
    train: TrainingBeats,
    validation: TrainingBeats,
    layout: InputLayout,
    config: TrainingConfig,
    report: Callable[[Epoch], None],
) -> list[Epoch]:
    """Train a network in place and leave it with its best averaged weights.

    Parameters
    ----------
    network : keras.Model
        From `build_network`.
    train, validation : TrainingBeats
        Beats of different subjects.
    layout : InputLayout
        Which channels and features are of which lead.
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
    network.compile(_optimizer(config), loss=_loss(train, config))
    # Left to the first step, its variables would have the step traced twice: a second of a trial.
    network.optimizer.build(network.trainable_variables)
    average = WeightAverage(network)
    epochs: list[Epoch] = []
    best, best_weights, best_epoch = math.inf, average.weights, 0
    for epoch in range(config.epochs):
        metrics = _run_epoch(network, average, train, layout, config, epoch)
        training_weights = network.get_weights()
        network.set_weights(average.weights)
        epochs.append({**metrics, **_validate(network, validation, epoch)})
        report(epochs[-1])
        if _badness(epochs[-1]) < best:
            best, best_weights, best_epoch = _badness(epochs[-1]), average.weights, epoch
        if epoch - best_epoch >= config.patience:
            break
        network.set_weights(training_weights)
    network.set_weights(best_weights)
    return epochs


def _run_epoch(
    network: keras.Model,
    average: WeightAverage,
    train: TrainingBeats,
    layout: InputLayout,
    config: TrainingConfig,
    epoch: int,
) -> Epoch:
    # Keras repeats one permutation every epoch when a seed is set, so the order is drawn here.
    rng = np.random.default_rng([config.seed, epoch])
    rows = draw_epoch(train, config, rng)
    n_batches = -(-len(rows) // config.batch_size)
    losses = []
    for number, (x, y) in enumerate(_batches(network, train, rows, layout, config, rng)):
        done = (epoch + number / n_batches) / config.epochs
        warm = min(1.0, (epoch * n_batches + number + 1) / WARM_UP_STEPS)
        network.optimizer.learning_rate = warm * _learning_rate(done, config)
        losses.append(float(network.train_on_batch(x, y)))
        average.update()
    metrics = {
        "epoch": float(epoch + 1),
        "learning_rate": float(network.optimizer.learning_rate),
        "loss": float(np.mean(losses)),
    }
    _check_finite(metrics["loss"], "loss", epoch)
    return metrics


def _check_finite(loss: float, name: str, epoch: int) -> None:
    if not math.isfinite(loss):
        rule = f"the {name} is {loss} in epoch {epoch + 1}"
        raise UserError("training.learning_rate", rule, "lower it")


def _batches(
    network: keras.Model,
    beats: TrainingBeats,
    rows: NDArray[np.intp],
    layout: InputLayout,
    config: TrainingConfig,
    rng: np.random.Generator,
) -> Iterator[Batch]:
    inputs = beats.inputs
    for start in range(0, len(rows), config.batch_size):
        mine = rows[start : start + config.batch_size]
        clean, features = vary_beats(
            inputs.sequence[mine], inputs.features[mine], layout, config, rng
        )
        noisy = add_noise(clean, layout, config, rng)
        target = clean if beats.one_hot is None else beats.one_hot[mine]
        arrays = {"sequence": noisy, "features": blur_features(features, config, rng)}
        yield select_inputs(network, arrays), target


def _validate(network: keras.Model, beats: TrainingBeats, epoch: int) -> Epoch:
    arrays = {"sequence": beats.inputs.sequence, "features": beats.inputs.features}
    outputs = KerasNetwork(network).run(arrays)
    if beats.one_hot is None:
        error = float(np.abs(outputs["reconstruction"] - beats.inputs.sequence).mean())
        _check_finite(error, "validation loss", epoch)
        return {"validation_loss": error}
    probability = np.clip(outputs["probability"], 1e-7, 1.0)
    loss = float(-(np.log(probability) * beats.one_hot).sum(axis=1).mean())
    _check_finite(loss, "validation loss", epoch)
    metrics = {"validation_loss": loss}
    anomalous = beats.one_hot[:, 0] == 0
    if anomalous.any() and not anomalous.all():
        precision = average_precision(anomalous, 1 - probability[:, 0])
        metrics["validation_average_precision"] = precision
    return metrics


def _optimizer(config: TrainingConfig) -> keras.optimizers.Optimizer:
    # A name that Keras counts up would end in the weights file.
    return keras.optimizers.AdamW(
        config.learning_rate, weight_decay=config.weight_decay, clipnorm=1.0, name="adamw"
    )


def _loss(beats: TrainingBeats, config: TrainingConfig) -> dict[str, keras.losses.Loss]:
    if beats.one_hot is None:
        return {"reconstruction": keras.losses.MeanAbsoluteError()}
    smoothed = keras.losses.CategoricalCrossentropy(label_smoothing=config.label_smoothing)
    return {"probability": smoothed}


def _badness(metrics: Epoch) -> float:
    """Return what early stopping lowers: the loss, or the missing average precision."""
    return -metrics.get("validation_average_precision", -metrics["validation_loss"])


def _learning_rate(done: float, config: TrainingConfig) -> float:
    """Cosine decay to a hundredth (Loshchilov and Hutter 2017), without restarts."""
    return config.learning_rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(done, 1.0))))
