"""The training loop: fit epoch by epoch, validate, stop early, keep the best weights."""

import math
from collections.abc import Callable, Collection, Iterator

import keras
import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import TrainingConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.beat_scores import average_precision
from ecg_anomaly.network.keras_network import KerasNetwork, select_inputs
from ecg_anomaly.network.scorer import score_outputs
from ecg_anomaly.network.training.augmentation import add_noise, augment_beats, blur_features
from ecg_anomaly.network.training.epoch_log import Epoch
from ecg_anomaly.network.training.input_layout import InputLayout
from ecg_anomaly.network.training.optimisation import (
    WeightAverage,
    learning_rate_at,
    make_loss,
    make_optimizer,
)
from ecg_anomaly.network.training.targets import TrainingBeats, draw_epoch

Arrays = dict[str, NDArray[np.float32]]
Batch = tuple[Arrays, Arrays, Arrays | None]


def fit_network(
    network: keras.Model,
    train: TrainingBeats,
    validation: TrainingBeats | None,
    layout: InputLayout,
    config: TrainingConfig,
    report: Callable[[Epoch], None],
    keep_last: bool = False,
) -> list[Epoch]:
    """Train a network in place and leave it with averaged weights: the best, or the last.

    Parameters
    ----------
    network : keras.Model
        From `build_network`.
    train : TrainingBeats
        What it learns from.
    validation : TrainingBeats or None
        Of other subjects: these tell which epoch was best.
    layout : InputLayout
        Which channels and features are of which lead.
    config : TrainingConfig
        Optimisation and augmentation.
    report : callable
        Receives each epoch's metrics as soon as they are known.
    keep_last : bool
        Train all epochs and keep the last weights, whatever the validation beats say: their scores
        stay those of beats that the network was not fitted to.

    Returns
    -------
    list of dict
        ``epoch``, ``loss``, ``learning_rate`` and, with validation beats, ``validation_loss`` and,
        for a classifier with abnormal ones, ``validation_average_precision``.

    Raises
    ------
    UserError
        When the loss of an epoch, in training or in validation, is not finite.
    """
    loss = make_loss(train.weight, config.label_smoothing)
    network.compile(make_optimizer(config), loss=loss)
    # Left to the first step, its variables would have the step traced twice: a second of a trial.
    network.optimizer.build(network.trainable_variables)
    _build_loss(network, loss)
    average = WeightAverage(network)
    epochs: list[Epoch] = []
    best, best_weights, best_epoch = math.inf, average.weights, 0
    for epoch in range(config.epochs):
        metrics = _run_epoch(network, average, train, layout, config, epoch)
        training_weights = network.get_weights()
        network.set_weights(average.weights)
        epochs.append({**metrics, **_validate(network, validation, epoch)})
        report(epochs[-1])
        by_validation = validation is not None and not keep_last
        badness = _early_stopping_loss(epochs[-1]) if by_validation else -metrics["epoch"]
        if badness < best:
            best, best_weights, best_epoch = badness, average.weights, epoch
        if epoch - best_epoch >= config.patience:
            break
        network.set_weights(training_weights)
    network.set_weights(best_weights)
    return epochs


def _build_loss(network: keras.Model, trained: Collection[str]) -> None:
    """Make the variables of the loss, one for each of several outputs, for the same reason."""
    none = {name: np.zeros((1, *like.shape[1:]), "f") for name, like in network.output.items()}
    network.compute_loss(y={name: none[name] for name in trained}, y_pred=none)
    network.reset_metrics()


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
    rows = draw_epoch(train, config.normal_per_record, config.abnormal_per_record, rng)
    n_batches = -(-len(rows) // config.batch_size)
    losses = []
    for number, batch in enumerate(_batches(network, train, rows, layout, config, rng)):
        done = (epoch + number / n_batches) / config.epochs
        step = epoch * n_batches + number
        network.optimizer.learning_rate = learning_rate_at(step, done, config.learning_rate)
        losses.append(_train_on_batch(network, *batch))
        average.update()
    metrics = {
        "epoch": float(epoch + 1),
        "learning_rate": float(network.optimizer.learning_rate),
        "loss": float(np.mean(losses)),
    }
    _check_finite(metrics["loss"], "loss", epoch)
    return metrics


def _train_on_batch(network: keras.Model, x: Arrays, y: Arrays, weight: Arrays | None) -> float:
    """Train one step; return the loss summed over the outputs."""
    loss = network.train_on_batch(x, y, sample_weight=weight)
    return float(np.atleast_1d(loss)[0])


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
        chosen = rows[start : start + config.batch_size]
        clean, features = augment_beats(
            inputs.sequence[chosen], inputs.features[chosen], layout, config, rng
        )
        noisy = add_noise(clean, layout, config.noise, config.wander, rng)
        blurred = blur_features(features, config.feature_noise, rng)
        arrays = select_inputs(network, {"sequence": noisy, "features": blurred})
        if beats.one_hot is None:
            yield arrays, {"reconstruction": clean}, None
            continue
        target = dict.fromkeys(beats.weight, beats.one_hot[chosen])
        weight = {name: weight[chosen] for name, weight in beats.weight.items()}
        yield arrays, target, weight if len(weight) > 1 else None


def _validate(network: keras.Model, beats: TrainingBeats | None, epoch: int) -> Epoch:
    if beats is None:
        return {}
    arrays = {"sequence": beats.inputs.sequence, "features": beats.inputs.features}
    outputs = KerasNetwork(network).run(arrays)
    if beats.one_hot is None:
        error = float(np.abs(outputs["reconstruction"] - beats.inputs.sequence).mean())
        _check_finite(error, "validation loss", epoch)
        return {"validation_loss": error}
    loss = sum(
        float(_cross_entropy(outputs[name], beats.one_hot)[weight > 0].mean())
        for name, weight in beats.weight.items()
    )
    _check_finite(loss, "validation loss", epoch)
    metrics = {"validation_loss": loss}
    anomalous = beats.one_hot[:, 0] == 0
    if anomalous.any() and not anomalous.all():
        precision = average_precision(anomalous, score_outputs(outputs))
        metrics["validation_average_precision"] = precision
    return metrics


def _cross_entropy(
    probability: NDArray[np.float32], one_hot: NDArray[np.float32]
) -> NDArray[np.float32]:
    return -(np.log(np.clip(probability, 1e-7, 1.0)) * one_hot).sum(axis=1)


def _early_stopping_loss(metrics: Epoch) -> float:
    """Return what early stopping lowers: the loss, or the missing average precision."""
    return -metrics.get("validation_average_precision", -metrics["validation_loss"])
