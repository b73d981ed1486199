"""The first LSTM layer of a trained network: its weights, and what it is given."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.config.pipeline_schema import ModelConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.trained_model import NetworkCard
from lab.teaching.gates import LstmWeights


class FirstLayer:
    """The first LSTM layer of a network.

    Parameters
    ----------
    network : keras.Model
        From `build_network`, trained.

    Attributes
    ----------
    weights : LstmWeights
        Of the direction that reads forward, when the layer reads both ways.
    """

    def __init__(self, network: Any) -> None:
        self._network = network
        self.layer = next(la for la in network.layers if la.name.startswith("encoder_1"))
        forward = getattr(self.layer, "forward_layer", self.layer)
        self.weights = LstmWeights(*forward.get_weights())

    def steps(self, inputs: BeatInputs) -> NDArray[np.float32]:
        """Return what the layer reads of beats, ``(n, n_steps, n_inputs)``, as the network does."""
        arrays = {"sequence": inputs.sequence, "features": inputs.features}
        taken = {tensor.name: arrays[tensor.name] for tensor in self._network.inputs}
        front = type(self._network)(self._network.inputs, self.layer.input)
        return np.asarray(front(taken))


def read_first_layer(path: str | Path, config: ModelConfig, card: NetworkCard) -> FirstLayer:
    """Rebuild a network, load its weights, return its first LSTM layer.

    Parameters
    ----------
    path : str or Path
        ``network.weights.h5`` of the training.
    config : ModelConfig
        With which the network was trained.
    card : NetworkCard
        Shape of a beat and classes.

    Raises
    ------
    UserError
        When the file is absent, unreadable, or of another network.
    """
    from ecg_anomaly.network.build_network import build_network
    from ecg_anomaly.network.layers import InputShape

    if not Path(path).is_file():
        raise UserError(path, "no such file", "run `dvc repro` to make it")
    shape = InputShape(card.samples, card.channels, card.features)
    network = build_network(config, shape, len(card.classes))
    try:
        with warnings.catch_warnings():
            # Keras only warns when it leaves a layer at its random start.
            warnings.simplefilter("error", UserWarning)
            network.load_weights(path)
    except (OSError, ValueError, KeyError, UserWarning) as error:
        reason = f"not the weights of this {config.kind} ({type(error).__name__})"
        raise UserError(path, reason, "run `dvc repro` with this params.yaml") from error
    return FirstLayer(network)
