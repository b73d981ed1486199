"""Write a trained network in the form that every later stage and the detector use."""

from pathlib import Path

import keras

from ecg_anomaly.network.onnx.onnx_graph import write_network


def export_network(network: keras.Model, folder: str | Path) -> None:
    """Write ``network.onnx`` for scoring and ``network.weights.h5`` for going on training.

    Parameters
    ----------
    network : keras.Model
        Trained, of `ecg_anomaly.network.build_network.build_network`.
    folder : str or Path
        An existing folder.

    Notes
    -----
    The same network gives the same bytes, in every process.
    """
    root = Path(folder)
    network.save_weights(root / "network.weights.h5")
    written = write_network(network).SerializeToString(deterministic=True)
    (root / "network.onnx").write_bytes(written)
