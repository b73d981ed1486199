"""An LSTM classifier: the window and the rhythm to a probability of each AAMI class.

`lstm_classifier` learns it from labelled beats, `lstm_contrast` from normal beats and beats altered
from them; the network is the same.
"""

from typing import Any

import keras

from ecg_anomaly.config.pipeline_schema import ModelConfig
from ecg_anomaly.network.layers import InputShape, encode, fold_samples, make_inputs

#: Share of inputs of each step that is left out, against leaning on one sample or number.
STEP_DROPOUT = 0.1


def build_classifier(config: ModelConfig, shape: InputShape, n_classes: int) -> keras.Model:
    """Build an untrained classifier; see `ecg_anomaly.network.build_network.build_network`."""
    inputs = make_inputs(shape)
    steps = fold_samples(inputs["sequence"], shape, config.samples_per_step)
    if config.use_features and "features" in inputs:
        steps = _repeat_features(inputs["features"], steps)
    steps = (
        keras.layers.Dropout(STEP_DROPOUT, name="step_dropout")(steps) if config.dropout else steps
    )
    seen = encode(config, steps)
    latent = keras.layers.Dense(config.latent_size, activation="relu", name="latent")(seen)
    kept = (
        keras.layers.Dropout(config.dropout, name="latent_dropout")(latent)
        if config.dropout
        else latent
    )
    probability = keras.layers.Dense(n_classes, activation="softmax", name="probability")(kept)
    return keras.Model(inputs, {"probability": probability, "latent": latent}, name=config.kind)


def _repeat_features(features: Any, steps: Any) -> Any:
    """Lay the features beside the samples of every step, so that the LSTM reads both together."""
    repeated = keras.layers.RepeatVector(steps.shape[1], name="features_at_every_step")(features)
    return keras.layers.Concatenate(name="samples_and_features")([steps, repeated])
