import numpy as np
import pytest

from ecg_anomaly.network.onnx.onnx_network import OnnxNetwork
from ecg_anomaly.network.scorer import BeatScorer, calibrate_scorer
from lab.robustness.parity import Parity, compare_engines, join_parities


@pytest.mark.parametrize("kind", ["lstm_contrast", "lstm_autoencoder"])
def test_an_exported_network_scores_as_the_one_it_was(kind, make_network, make_inputs, tmp_path):
    from ecg_anomaly.network.keras_network import KerasNetwork
    from ecg_anomaly.network.onnx.onnx_graph import export_network

    network, inputs = make_network(kind), make_inputs(120)
    KerasNetwork(network).run(vars(inputs))  # Keras exports only what was called
    export_network(network, tmp_path)
    onnx = calibrate_scorer(kind, OnnxNetwork(tmp_path / "network.onnx"), inputs)
    keras = BeatScorer(kind, KerasNetwork(network), onnx.calibration)
    scores = onnx.score(inputs)
    parity = compare_engines(onnx, keras, inputs, float(np.median(scores)) + 1e-3)
    assert parity.n_beats == 120
    assert parity.score < 1e-5
    assert parity.probability < 1e-6
    assert parity.n_flags == 0
    assert parity.largest_score == np.abs(scores).max()


class Fixed:
    """A network that says what it was told to."""

    def __init__(self, normal: list[float]) -> None:
        p = np.array(normal, dtype=np.float32)
        self.probability = np.column_stack([p, 1 - p])

    def run(self, _arrays):
        return {"probability": self.probability}


def test_differences_and_flags_on_one_side_are_counted(make_inputs):
    one, other = (
        BeatScorer("lstm_contrast", Fixed(p), {}) for p in ([0.5, 0.9, 0.2], [0.5, 0.4, 0.1])
    )
    parity = compare_engines(one, other, make_inputs(3), 0.0)
    assert parity.n_flags == 1
    assert parity.probability == pytest.approx(0.5, abs=1e-6)
    assert parity.score == pytest.approx(np.log(9) - np.log(4 / 6), abs=1e-5)


def test_joined_parities_add_counts_and_keep_the_worst():
    joined = join_parities([Parity(3, 1e-6, 1e-7, 1, 4.0), Parity(5, 1e-7, 1e-6, 2, 9.0)])
    assert joined == Parity(8, 1e-6, 1e-6, 3, 9.0)
