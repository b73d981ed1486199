"""An LSTM autoencoder: the window through a narrow latent vector and back.

Trained on normal beats only, it learns to redraw those; what it cannot redraw is unusual.
Sequence-to-sequence form of Malhotra et al. 2016 (LSTM-based encoder-decoder for multi-sensor
anomaly detection), with the decoder fed by the latent vector at every step.
"""

import keras

from ecg_anomaly.config.pipeline_schema import ModelConfig
from ecg_anomaly.network.layers import InputShape, encode, fold_samples, make_inputs


def build_autoencoder(config: ModelConfig, shape: InputShape) -> keras.Model:
    """Build an untrained autoencoder; see `ecg_anomaly.network.build_network.build_network`."""
    inputs = make_inputs(shape)
    steps = fold_samples(inputs["sequence"], shape, config.samples_per_step)
    latent = keras.layers.Dense(config.latent_size, name="latent")(encode(config, steps))
    decoded = keras.layers.RepeatVector(steps.shape[1], name="repeated")(latent)
    decoded = keras.layers.LSTM(config.units, return_sequences=True, name="decoder")(decoded)
    drawn = keras.layers.Dense(steps.shape[2], name="samples")(decoded)
    redrawn = keras.layers.Reshape((shape.samples, shape.channels), name="reconstruction")(drawn)
    outputs = {"reconstruction": redrawn, "latent": latent}
    return keras.Model(inputs, outputs, name="lstm_autoencoder")
