"""Write an untrained network and a trained one; also a script, for a process of its own."""

import sys
from pathlib import Path

import numpy as np

from ecg_anomaly.config.pipeline_schema import ModelConfig
from ecg_anomaly.network.input_shape import InputShape

#: Beats of a training step: enough for TensorFlow to divide them among threads.
BEATS = 512


def write_networks(folder: Path) -> None:
    """Write both, each into a folder of its own below the given one."""
    from ecg_anomaly.network.keras_network import seed_everything
    from ecg_anomaly.network.networks import build_network
    from ecg_anomaly.network.onnx.onnx_graph import export_networks

    for kind in ("untrained", "trained"):
        (folder / kind).mkdir()
    seed_everything(1)
    tiny = model("lstm_autoencoder", units=4, latent_size=3, samples_per_step=4, dropout=0.0)
    export_networks([build_network(tiny, InputShape(16, 2, 3), 5)], folder / "untrained")
    seed_everything(1)
    usual = model(
        "lstm_contrast", units=48, latent_size=16, samples_per_step=12, bidirectional=True
    )
    network = build_network(usual, InputShape(96, 4, 30), 5)
    network.compile(optimizer="adam", loss={"probability": "sparse_categorical_crossentropy"})
    rng = np.random.default_rng(0)
    for _ in range(2):
        beats = {
            "sequence": rng.normal(size=(BEATS, 96, 4)),
            "features": rng.normal(size=(BEATS, 30)),
        }
        network.train_on_batch(beats, {"probability": rng.integers(0, 5, BEATS)})
    export_networks([network], folder / "trained")


def model(kind: str, **changes: object) -> ModelConfig:
    sizes = {"layers": 1, "bidirectional": False, "use_features": True, "dropout": 0.1, **changes}
    return ModelConfig(kind=kind, **sizes)


if __name__ == "__main__":
    write_networks(Path(sys.argv[1]))
