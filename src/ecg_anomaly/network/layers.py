"""The pieces that both networks are built from.

Every layer has a name of its own: names that Keras counts up would end in the weights file, and
the second network of a process would not have the bytes of the first.
"""

from dataclasses import dataclass
from typing import Any

import keras

from ecg_anomaly.config.pipeline_schema import ModelConfig


@dataclass(frozen=True)
class InputShape:
    """Shape of one beat.

    Attributes
    ----------
    samples, channels : int
        Length and width of the sequence.
    features : int
        Number of scalar features.
    """

    samples: int
    channels: int
    features: int


def make_inputs(shape: InputShape) -> dict[str, Any]:
    """Make the symbolic inputs of a network: the features only where there are some."""
    inputs = {"sequence": keras.Input((shape.samples, shape.channels), name="sequence")}
    if shape.features:
        inputs["features"] = keras.Input((shape.features,), name="features")
    return inputs


def fold_samples(sequence: Any, shape: InputShape, samples_per_step: int) -> Any:
    """Lay `samples_per_step` samples side by side into one LSTM step.

    The LSTM then takes a quarter of the steps for four samples a step, four to ten times
    faster, and each step sees a piece of wave instead of one value.
    """
    steps = shape.samples // samples_per_step
    return keras.layers.Reshape((steps, samples_per_step * shape.channels), name="folded")(sequence)


def lstm_layer(config: ModelConfig, return_sequences: bool, name: str) -> keras.Layer:
    """Make one LSTM layer, bidirectional when the configuration says so."""
    lstm = keras.layers.LSTM(config.units, return_sequences=return_sequences, name=name)
    return keras.layers.Bidirectional(lstm, name=f"{name}_pair") if config.bidirectional else lstm


def encode(config: ModelConfig, steps: Any) -> Any:
    """Run the stacked LSTM layers over the steps and keep the last state."""
    for layer in range(config.layers):
        last = layer == config.layers - 1
        steps = lstm_layer(config, not last, f"encoder_{layer + 1}")(steps)
        if config.dropout:
            steps = keras.layers.Dropout(config.dropout, name=f"dropout_{layer + 1}")(steps)
    return steps
