"""The network of a pipeline's run in Keras, with the weights that the detector has in ONNX."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecg_anomaly.config.pipeline_schema import ModelConfig
from ecg_anomaly.files.atomic import read_json
from ecg_anomaly.network.onnx.onnx_network import Arrays
from ecg_anomaly.network.trained_model import KIND, NetworkCard


@dataclass(frozen=True)
class KerasTwin:
    """A Keras network and what it takes.

    Attributes
    ----------
    network : keras.Model
    card : NetworkCard
    """

    network: Any
    card: NetworkCard

    def make_beats(self, n: int) -> Arrays:
        """Make n beats of noise: how long a network takes does not depend on what it sees."""
        rng, card = np.random.default_rng(0), self.card
        shapes = {"sequence": (n, card.samples, card.channels), "features": (n, card.features)}
        synthetic = {k: rng.standard_normal(s).astype(np.float32) for k, s in shapes.items()}
        return synthetic if card.features else {"sequence": synthetic["sequence"]}


def load_twin(training: Path) -> KerasTwin:
    """Load what stage `train` left; ``params.yaml`` two folders above says how it is built."""
    # As many threads as Keras likes, as with its defaults; training takes one.
    for variable in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(variable, "0")

    import yaml

    from ecg_anomaly.network.build_network import build_network
    from ecg_anomaly.network.layers import InputShape

    card = NetworkCard(**read_json(training / KIND))
    params = yaml.safe_load((training.resolve().parents[1] / "params.yaml").read_text())
    shape = InputShape(card.samples, card.channels, card.features)
    network = build_network(ModelConfig(**params["model"]), shape, len(card.classes))
    network.load_weights(training / "network.weights.h5")
    return KerasTwin(network, card)
