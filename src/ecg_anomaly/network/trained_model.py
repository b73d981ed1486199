"""Write and read the folder of a trained model: network, its description, its calibration."""

from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.files.atomic import read_arrays, read_json, write_arrays, write_json
from ecg_anomaly.network.input_shape import InputShape
from ecg_anomaly.network.onnx.onnx_network import OnnxNetwork
from ecg_anomaly.network.scorer import BeatScorer

NETWORK, KIND, CALIBRATION = "network.onnx", "network.json", "calibration.npz"


@dataclass(frozen=True)
class NetworkCard:
    """Description of a trained network, as ``network.json`` holds it.

    Attributes
    ----------
    kind : {"lstm_multitask", "lstm_contrast", "lstm_autoencoder", "lstm_classifier"}
    samples, channels, features : int
        Shape of one beat.
    n_leads : int
        Leads in each group of channels.
    parameters : int
        Number of weights, of all networks together.
    classes : list of str
        AAMI classes of the classifier's outputs.
    networks : int
        Networks in the file, one for each fold of subjects; their scores are averaged.
    """

    kind: str
    samples: int
    channels: int
    features: int
    n_leads: int
    parameters: int
    classes: list[str]
    networks: int

    @property
    def shape(self) -> InputShape:
        """Shape of one beat."""
        return InputShape(self.samples, self.channels, self.features)


def write_scorer(folder: str | Path, scorer: BeatScorer, card: NetworkCard) -> None:
    """Write the card and the calibration beside ``network.onnx``."""
    root = Path(folder)
    write_json(root / KIND, vars(card))
    write_arrays(root / CALIBRATION, scorer.calibration)


def read_scorer(folder: str | Path) -> tuple[BeatScorer, NetworkCard]:
    """Read a scorer from a folder with network, card and calibration.

    Raises
    ------
    UserError
        When a part is absent or unreadable.
    """
    root = Path(folder)
    card = NetworkCard(**read_json(root / KIND))
    network = OnnxNetwork(root / NETWORK)
    return BeatScorer(card.kind, network, read_arrays(root / CALIBRATION)), card
