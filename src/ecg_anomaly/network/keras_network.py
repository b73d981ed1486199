"""Run a Keras network on arrays of beats, as `OnnxNetwork` runs an exported one."""

from dataclasses import dataclass

import keras
import numpy as np

from ecg_anomaly.network.onnx.onnx_network import Arrays

#: Beats scored at once; larger batches do not score faster on a processor.
SCORING_BATCH = 512


def seed_everything(seed: int) -> None:
    """Make two trainings on one machine give the same weights.

    TensorFlow's own switch is the only way to get ordered sums on several threads; other
    backends of Keras are left as they are.
    """
    keras.utils.set_random_seed(seed)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()


@dataclass(frozen=True)
class KerasNetwork:
    """A Keras network in the form that `BeatScorer` takes: named arrays in, named arrays out.

    Attributes
    ----------
    network : keras.Model
        From `build_network`, trained or in training.
    """

    network: keras.Model

    def run(self, arrays: Arrays) -> Arrays:
        """Run the network on one beat or more.

        Not by ``predict``: it sets up a reading of the arrays that costs more than the scoring,
        and traces the network once more.

        Parameters
        ----------
        arrays : dict
            ``sequence`` (n, window, channels) and ``features`` (n, k), float32, n > 0; what the
            network does not take is ignored.

        Returns
        -------
        dict
            Each output, first axis n.
        """
        taken = select_inputs(self.network, arrays)
        n = len(next(iter(taken.values())))
        parts = [
            self.network.predict_on_batch(
                {name: array[at : at + SCORING_BATCH] for name, array in taken.items()}
            )
            for at in range(0, n, SCORING_BATCH)
        ]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def select_inputs(network: keras.Model, arrays: Arrays) -> Arrays:
    """Return the arrays that `network` takes, by name."""
    names = {tensor.name for tensor in network.inputs}
    return {name: array for name, array in arrays.items() if name in names}
