"""The trained network as a Keras model, to be compared with the ONNX file that scoring runs."""

import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ecg_anomaly.config.pipeline_schema import ModelConfig
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.onnx.onnx_network import Arrays
from ecg_anomaly.network.trained_model import KIND, NetworkCard


@dataclass(frozen=True)
class TrainedKeras:
    """A Keras model and the shape of its beats.

    Attributes
    ----------
    model : keras.Model
        Takes and gives named arrays.
    card : NetworkCard
        Shape of a beat.
    """

    model: Any
    card: NetworkCard

    def make_beats(self, n: int) -> Arrays:
        """Make n beats of noise: the time that a network takes does not depend on its input."""
        rng, card = np.random.default_rng(0), self.card
        shapes = {"sequence": (n, card.samples, card.channels), "features": (n, card.features)}
        noise = {k: rng.standard_normal(s).astype(np.float32) for k, s in shapes.items()}
        return noise if card.features else {"sequence": noise["sequence"]}


def load_trained_keras(training: Path) -> TrainedKeras:
    """Load the network of stage `train`, with the number of threads that Keras uses by default.

    Parameters
    ----------
    training : Path
        Folder that the stage wrote; ``params.yaml`` two folders above says how it is built.

    Raises
    ------
    UserError
        When the weights are absent, unreadable, or of another network.
    """
    # 0 lets TensorFlow choose; the pipeline's training restricts it to one thread.
    for variable in ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(variable, "0")

    config, card = _read_form(training)
    return TrainedKeras(load_model(find_weights(training), config, card), card)


@dataclass(frozen=True)
class StackedNetworks:
    """Keras networks of one form, in the form in which `BeatScorer` takes an exported network.

    Attributes
    ----------
    models : list of keras.Model
        One for each fold.
    """

    models: list[Any]

    def run(self, arrays: Arrays) -> Arrays:
        """Run all on the same beats; of several networks outputs have an axis more, the second."""
        from ecg_anomaly.network.keras_network import KerasNetwork

        outputs = [KerasNetwork(model).run(arrays) for model in self.models]
        if len(outputs) == 1:
            return outputs[0]
        return {name: np.stack([one[name] for one in outputs], axis=1) for name in outputs[0]}


def load_all_networks(training: Path) -> StackedNetworks:
    """Load every network of stage `train`, see `load_trained_keras`."""
    config, card = _read_form(training)
    found = sorted(training.glob("network*.weights.h5")) or [find_weights(training)]
    return StackedNetworks([load_model(weights, config, card) for weights in found])


def _read_form(training: Path) -> tuple[ModelConfig, NetworkCard]:
    import yaml

    card = read_json(training / KIND).fill(NetworkCard)
    params = yaml.safe_load((training.resolve().parents[1] / "params.yaml").read_text())
    return ModelConfig(**params["model"]), card


def find_weights(training: Path) -> Path:
    """Find the weights that stage `train` wrote; of several networks, those of the first."""
    found = sorted(training.glob("network*.weights.h5"))
    return found[0] if found else training / "network.weights.h5"


def load_model(weights: Path, config: ModelConfig, card: NetworkCard) -> Any:
    """Build a Keras model and load its weights.

    Parameters
    ----------
    weights : Path
        ``network.weights.h5`` of the training.
    config : ModelConfig
        With which the network was trained.
    card : NetworkCard
        Shape of a beat, and classes.

    Raises
    ------
    UserError
        When the file is absent, unreadable, or of another network.
    """
    from ecg_anomaly.network.networks import build_network

    if not weights.is_file():
        raise UserError(weights, "no such file", "run `dvc repro` to make it")
    model = build_network(config, card.shape, len(card.classes))
    try:
        with warnings.catch_warnings():
            # Keras only warns when it leaves a layer at its random start.
            warnings.simplefilter("error", UserWarning)
            model.load_weights(weights)
    except (OSError, ValueError, KeyError, UserWarning) as error:
        reason = f"not the weights of this {config.kind} ({type(error).__name__})"
        raise UserError(weights, reason, "run `dvc repro` with this params.yaml") from error
    return model
