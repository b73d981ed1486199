"""An LSTM classifier: the window and the rhythm to a probability of each AAMI class."""

import keras

from ecg_anomaly.config.schema import ModelConfig
from ecg_anomaly.models.network import InputShape, encode, fold_samples, make_inputs


def build_classifier(config: ModelConfig, shape: InputShape, n_classes: int) -> keras.Model:
    """Build an untrained classifier; see `ecg_anomaly.models.network.build_network`."""
    inputs = make_inputs(shape)
    steps = fold_samples(inputs["sequence"], shape, config.samples_per_step)
    seen = encode(config, steps)
    if config.use_features and "features" in inputs:
        seen = keras.layers.Concatenate()([seen, inputs["features"]])
    latent = keras.layers.Dense(config.latent_size, activation="relu", name="latent")(seen)
    outputs = {
        "probability": keras.layers.Dense(n_classes, activation="softmax", name="probability")(
            latent
        ),
        "latent": latent,
    }
    return keras.Model(inputs, outputs, name="lstm_classifier")
