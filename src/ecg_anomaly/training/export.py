"""Write a trained network in the form that every later stage and the detector use."""

import contextlib
import logging
import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import keras
import onnx

from ecg_anomaly.training.onnx_graph import rewrite_graph


def seed_everything(seed: int) -> None:
    """Make two trainings on one machine give the same weights.

    TensorFlow's own switch is the only way to get ordered sums on several threads; other
    backends of Keras are left as they are.
    """
    keras.utils.set_random_seed(seed)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


def export_network(network: keras.Model, folder: str | Path) -> None:
    """Write ``network.onnx`` for scoring and ``network.weights.h5`` for going on training.

    Parameters
    ----------
    network : keras.Model
        Trained. Its layers must not be unrolled: rolled LSTMs become single ONNX nodes.
    folder : str or Path
        An existing folder.

    Notes
    -----
    The same network gives the same bytes, in every process.
    """
    root = Path(folder)
    network.save_weights(root / "network.weights.h5")
    path = root / "network.onnx"
    with warnings.catch_warnings(), _silence():
        # tf2onnx warns of a NumPy name that it only probes for.
        warnings.simplefilter("ignore")
        logging.getLogger("tf2onnx").setLevel(logging.ERROR)
        network.export(path, format="onnx", verbose=False)
    path.write_bytes(rewrite_graph(onnx.load(path)).SerializeToString(deterministic=True))


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keep the converter's chatter off the terminal."""
    with (
        open(os.devnull, "w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        yield
