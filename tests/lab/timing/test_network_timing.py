import numpy as np
import pytest

from default_config import pipeline_config
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.network.trained_model import KIND, NetworkCard
from lab.timing import network_timing as networks
from lab.trained_keras import TrainedKeras
from toy_detector import write_toy_detector


@pytest.fixture(scope="module")
def training(tmp_path_factory):
    folder = tmp_path_factory.mktemp("toy")
    write_toy_detector(folder, pipeline_config())
    return folder / "training"


class CountingNetwork:
    """Stands for Keras: notes what ``predict`` is given."""

    def __init__(self):
        self.calls = []

    def predict(self, beats, **options):
        self.calls.append((len(beats["sequence"]), options))


def test_both_engines_get_all_beats_and_predict_its_defaults(training, monkeypatch):
    keras = CountingNetwork()
    trained = TrainedKeras(keras, NetworkCard(**read_json(training / KIND)))
    monkeypatch.setattr(networks, "load_trained_keras", lambda _: trained)
    monkeypatch.setattr(networks, "BEATS", 101)
    monkeypatch.setattr(networks, "SINGLE", 20)
    given = []
    run = networks.OnnxNetwork.run
    monkeypatch.setattr(
        networks.OnnxNetwork,
        "run",
        lambda self, a: given.append(len(a["sequence"])) or run(self, a),
    )
    found = networks.time_engines(training)
    times = (networks.TURNS + 1) * networks.IN_A_ROW
    assert keras.calls == [(101, {"verbose": 0})] * times
    assert sum(n for n in given if n > 1) == times * 101
    assert given.count(1) == 20
    assert found["ratio"] == found["keras_s"] / found["onnx_s"]
    assert 0 < found["one_beat_ms"] <= found["one_beat_p99_ms"]


@pytest.mark.parametrize("n", [1, 2, 3])
def test_beats_are_shared_out_without_loss(n):
    beats = {"sequence": np.arange(20).reshape(10, 2), "features": np.arange(10)}
    parts = networks._share_out(beats, n)
    assert len(parts) == n
    for name, values in beats.items():
        np.testing.assert_array_equal(np.concatenate([part[name] for part in parts]), values)
