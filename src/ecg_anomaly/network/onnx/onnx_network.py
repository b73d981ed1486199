"""Run a trained network with ONNX Runtime, in batches of any number of beats.

A thin layer over ``onnxruntime.InferenceSession``, which scores one beat in 0.1 ms where Keras's
``predict`` takes 60 ms, and whose import takes a fraction of TensorFlow's 10 s.
"""

from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from ecg_anomaly.files.errors import UserError

#: Beats given to the runtime at once: from 64 on, larger batches take no less time per beat.
BATCH = 256

Arrays = dict[str, NDArray[np.float32]]


class OnnxNetwork:
    """A network of ``network.onnx``.

    Parameters
    ----------
    path : str or Path
        The file.

    Raises
    ------
    UserError
        When the file is absent or is no network.
    """

    def __init__(self, path: str | Path) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # LSTM steps are too small to share between threads
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # the runtime raises its own unrelated classes
            rule = f"not a readable ONNX network ({type(error).__name__})"
            raise UserError(path, rule, "run `dvc repro`") from error
        self.input_names = [tensor.name for tensor in self._session.get_inputs()]
        self.output_names = [tensor.name for tensor in self._session.get_outputs()]

    def run(self, arrays: Arrays) -> Arrays:
        """Run the network on any number of beats.

        Parameters
        ----------
        arrays : dict
            ``sequence`` (n, window, channels) and ``features`` (n, k), float32; what the network
            does not take is ignored.

        Returns
        -------
        dict
            Each output, first axis n; n may be 0.
        """
        taken = {name: np.ascontiguousarray(arrays[name], np.float32) for name in self.input_names}
        n = len(next(iter(taken.values())))
        if 0 < n <= BATCH:
            return dict(
                zip(self.output_names, self._session.run(self.output_names, taken), strict=True)
            )
        if not n:  # the runtime's LSTM node, of older detectors, ends the process on an empty batch
            taken = {name: np.zeros((1, *a.shape[1:]), np.float32) for name, a in taken.items()}
        parts = [
            self._session.run(None, {k: a[i : i + BATCH] for k, a in taken.items()})
            for i in range(0, max(n, 1), BATCH)
        ]
        joined = [np.concatenate(column)[:n] for column in zip(*parts, strict=True)]
        return dict(zip(self.output_names, joined, strict=True))
