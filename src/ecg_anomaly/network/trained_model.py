"""Write and read the folder of a trained model: network, its description, its calibration."""

from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.atomic import write_arrays, write_json
from ecg_anomaly.files.data_files import OtherVersionError, read_arrays, read_json
from ecg_anomaly.network.input_shape import InputShape, shape_of_beats
from ecg_anomaly.network.nearest_neighbour import NormalBeats
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

    def check_beats(self, inputs: BeatInputs, folder: str | Path) -> None:
        """Check that beats have the shape of those that the network was trained on.

        Raises
        ------
        UserError
            Names both shapes and `folder`, which the network was read from.
        """
        given = shape_of_beats(inputs)
        if given != self.shape:
            rule = f"the network was trained on beats of {self.shape}, and these are {given}"
            raise OtherVersionError(folder, rule)


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
        When a part is absent, unreadable or of another version.
    """
    root = Path(folder)
    card: NetworkCard = read_json(root / KIND).fill(NetworkCard)
    network = OnnxNetwork(root / NETWORK)
    calibration = read_arrays(root / CALIBRATION)
    if card.kind == "lstm_autoencoder":
        calibration.fill(NormalBeats)
    return BeatScorer(card.kind, network, calibration), card
