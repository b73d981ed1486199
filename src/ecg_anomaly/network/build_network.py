"""Build the network that the configuration names."""

import keras

from ecg_anomaly.config.pipeline_schema import ModelConfig
from ecg_anomaly.network.folding import check_samples_per_step
from ecg_anomaly.network.layers import InputShape
from ecg_anomaly.network.lstm_autoencoder import build_autoencoder
from ecg_anomaly.network.lstm_classifier import build_classifier


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
        the others ``{"probability", "latent"}``.

    Raises
    ------
    UserError
        When the window is no multiple of ``samples_per_step``.
    """
    check_samples_per_step(shape.samples, config.samples_per_step)
    if config.kind == "lstm_autoencoder":
        return build_autoencoder(config, shape)
    return build_classifier(config, shape, n_classes)
