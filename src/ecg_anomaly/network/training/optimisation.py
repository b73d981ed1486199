"""How weights change in training: loss, optimizer, learning rate, and their running average."""

import math
from collections.abc import Collection
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import TrainingConfig

#: Steps over which the learning rate rises at the start.
WARM_UP_STEPS = 50

#: The weights are averaged after each of the first `EVERY` steps, because a training may be over
#: soon, and after every `EVERY`-th step later; `MOST` of the past is kept at most.
EVERY, MOST = 5, 0.95


def make_loss(heads: Collection[str], label_smoothing: float) -> dict[str, keras.losses.Loss]:
    """Make the loss of each trained output, by its name: classifying `heads`, or reconstruction."""
    if not heads:
        return {"reconstruction": keras.losses.MeanAbsoluteError()}
    smoothing = {"label_smoothing": label_smoothing}
    return {name: keras.losses.CategoricalCrossentropy(**smoothing) for name in heads}


def make_optimizer(config: TrainingConfig) -> keras.optimizers.Optimizer:
    """Make the optimizer, AdamW (Loshchilov and Hutter 2019) with clipped gradients."""
    # A name that Keras counts up would end in the weights file.
    return OneDeviceAdamW(
        config.learning_rate, weight_decay=config.weight_decay, clipnorm=1.0, name="adamw"
    )


class OneDeviceAdamW(keras.optimizers.AdamW):
    """AdamW whose gradients are not summed over devices: there is one.

    On TensorFlow that sum, of one summand, enters each traced step into a global registry of
    gradients, which forgets nothing: a process kept the graphs of all its trainings, 40 MB each.
    """

    def _all_reduce_sum_gradients(self, grads_and_vars: Any) -> Any:
        return grads_and_vars


def learning_rate_at(step: int, done: float, highest: float) -> float:
    """Learning rate of a step: a linear rise, under a cosine decay to a hundredth.

    Loshchilov and Hutter 2017, without restarts.

    Parameters
    ----------
    step : int
        Number of the step, counted from 0 over all epochs.
    done : float
        Share of the training that is over, 0 to 1.
    highest : float
        The configured learning rate.
    """
    warm = min(1.0, (step + 1) / WARM_UP_STEPS)
    cosine = highest * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(done, 1.0))))
    return warm * cosine


class WeightAverage:
    """Exponential average of a network's weights, fast at first and slow later.

    Between two epochs of so small a training the weights wander by more than they improve; their
    average does not (Polyak and Juditsky 1992).

    Parameters
    ----------
    network : keras.Model
        The network that is being trained.

    Attributes
    ----------
    weights : list of array
        The average, in the order of ``network.get_weights()``.
    """

    def __init__(self, network: keras.Model) -> None:
        self._network, self._step = network, 0
        self.weights: list[NDArray[Any]] = network.get_weights()

    def update(self) -> None:
        """Take in the weights after one training step."""
        self._step += 1
        if self._step > EVERY and self._step % EVERY:
            return
        keep = min(MOST, self._step / (self._step + 20))
        now = self._network.get_weights()
        self.weights = [
            (keep * old + (1 - keep) * new).astype(np.asarray(new).dtype)
            for old, new in zip(self.weights, now, strict=True)
        ]
