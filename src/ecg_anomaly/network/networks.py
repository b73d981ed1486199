"""The LSTM networks, an autoencoder and a classifier with one or two outputs, built in Keras.

Every layer has a name of its own: names that Keras counts up would end in the weights file, and
the second network of a process would not have the bytes of the first. Only `keras` is used, nothing
of TensorFlow itself, so that Keras's other backends can train these networks too.
"""

from typing import Any

import keras

from ecg_anomaly.config.pipeline_schema import ModelConfig
from ecg_anomaly.network.input_shape import InputShape, check_samples_per_step
from ecg_anomaly.network.scorer import heads_of

#: Share of the inputs of each step that training leaves out, so that the classifier does not
#: depend on a single sample or feature.
STEP_DROPOUT = 0.1


def build_network(config: ModelConfig, shape: InputShape, n_classes: int) -> keras.Model:
    """Build an untrained network.

    Parameters
    ----------
    config : ModelConfig
        Kind and sizes.
    shape : InputShape
        Shape of one beat.
    n_classes : int
        Outputs of the classifier; the autoencoder does not use it.

    Returns
    -------
    keras.Model
        Takes ``{"sequence": (n, samples, channels), "features": (n, features)}``, without
        ``features`` when there are none. The autoencoder gives ``{"reconstruction", "latent"}``,
        the others ``{"probability", "latent"}``, and ``lstm_multitask`` also
        ``"synthetic_probability"``.

    Raises
    ------
    UserError
        When the window is no multiple of ``samples_per_step``.
    """
    check_samples_per_step(shape.samples, config.samples_per_step)
    if config.kind == "lstm_autoencoder":
        return build_autoencoder(config, shape)
    return build_classifier(config, shape, n_classes)


def build_autoencoder(config: ModelConfig, shape: InputShape) -> keras.Model:
    """Build an autoencoder: the window through a narrow latent vector and back.

    Trained on normal beats only, it learns to reconstruct those; a beat that it reconstructs badly
    is unusual. Sequence-to-sequence form of Malhotra et al. 2016 (LSTM-based encoder-decoder for
    multi-sensor anomaly detection), with the decoder fed by the latent vector at every step.
    """
    inputs = make_inputs(shape)
    steps = fold_samples(inputs["sequence"], shape, config.samples_per_step)
    latent = keras.layers.Dense(config.latent_size, name="latent")(encode(config, steps))
    decoded = keras.layers.RepeatVector(steps.shape[1], name="repeated")(latent)
    decoded = keras.layers.LSTM(config.units, return_sequences=True, name="decoder")(decoded)
    samples = keras.layers.Dense(steps.shape[2], name="samples")(decoded)
    window = keras.layers.Reshape((shape.samples, shape.channels), name="reconstruction")(samples)
    outputs = {"reconstruction": window, "latent": latent}
    return keras.Model(inputs, outputs, name="lstm_autoencoder")


def build_classifier(config: ModelConfig, shape: InputShape, n_classes: int) -> keras.Model:
    """Build a classifier: window and features to a probability of each AAMI class.

    The same network serves three kinds of training: ``lstm_classifier`` learns from labelled beats,
    ``lstm_contrast`` from normal beats and synthetic abnormal ones made from them, and
    ``lstm_multitask`` from both, with an output for each (multi-task learning, Caruana 1997).
    """
    inputs = make_inputs(shape)
    steps = fold_samples(inputs["sequence"], shape, config.samples_per_step)
    if config.use_features and "features" in inputs:
        steps = _repeat_features(inputs["features"], steps)
    if config.dropout:
        steps = keras.layers.Dropout(STEP_DROPOUT, name="step_dropout")(steps)
    encoded = encode(config, steps)
    latent = keras.layers.Dense(config.latent_size, activation="relu", name="latent")(encoded)
    kept = latent
    if config.dropout:
        kept = keras.layers.Dropout(config.dropout, name="latent_dropout")(latent)
    outputs = {"latent": latent}
    for name in heads_of(config.kind):
        outputs[name] = keras.layers.Dense(n_classes, activation="softmax", name=name)(kept)
    return keras.Model(inputs, outputs, name=config.kind)


def make_inputs(shape: InputShape) -> dict[str, Any]:
    """Make the symbolic inputs of a network: the features only where there are some."""
    inputs = {"sequence": keras.Input((shape.samples, shape.channels), name="sequence")}
    if shape.features:
        inputs["features"] = keras.Input((shape.features,), name="features")
    return inputs


def fold_samples(sequence: Any, shape: InputShape, samples_per_step: int) -> Any:
    """Lay `samples_per_step` samples side by side into one LSTM step.

    With four samples a step the LSTM takes a quarter of the steps, which trains and scores four
    to ten times faster, and each step sees a piece of a wave instead of one value.
    """
    steps = shape.samples // samples_per_step
    return keras.layers.Reshape((steps, samples_per_step * shape.channels), name="folded")(sequence)


def encode(config: ModelConfig, steps: Any) -> Any:
    """Run the stacked LSTM layers over the steps and keep the last state."""
    for layer in range(config.layers):
        last = layer == config.layers - 1
        steps = make_lstm_layer(config, not last, f"encoder_{layer + 1}")(steps)
        if config.dropout:
            steps = keras.layers.Dropout(config.dropout, name=f"dropout_{layer + 1}")(steps)
    return steps


def make_lstm_layer(config: ModelConfig, return_sequences: bool, name: str) -> keras.Layer:
    """Make one LSTM layer, bidirectional when the configuration says so."""
    lstm = keras.layers.LSTM(config.units, return_sequences=return_sequences, name=name)
    return keras.layers.Bidirectional(lstm, name=f"{name}_pair") if config.bidirectional else lstm


def _repeat_features(features: Any, steps: Any) -> Any:
    """Lay the features beside the samples of every step, so that the LSTM reads both together."""
    repeated = keras.layers.RepeatVector(steps.shape[1], name="features_at_every_step")(features)
    return keras.layers.Concatenate(name="samples_and_features")([steps, repeated])
