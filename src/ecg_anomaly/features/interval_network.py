"""Estimate from RR intervals alone whether a beat is abnormal, with a small pretrained LSTM.

It reads the last 32 intervals and the next one, see `ecg_anomaly.features.recent_intervals`. Beat
labels without signals exist of hundreds of people more than recordings with labels do
(`python -m lab.train_intervals` says which), and most premature beats can be told by their
intervals. The network was trained with Keras; here it runs in NumPy, because features are computed
where neither Keras nor ONNX Runtime is at hand, and because 16 units in 11 steps need no more.
"""

from dataclasses import dataclass, fields
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import ecg_anomaly
from ecg_anomaly.features.recent_intervals import lay_steps
from ecg_anomaly.features.window_sums import lay_in_blocks
from ecg_anomaly.files.data_files import read_arrays

#: Intervals up to the beat that must be known.
LEAST_KNOWN = 8

#: Outputs: atrial fibrillation, supraventricular beat, ventricular beat.
OUTPUTS = ("AF", "S", "V")

#: Log odds that a beat loses where fibrillation is certain: there an early beat is nothing unusual.
#: Chosen by svdb and by DS1 of MIT-BIH, each left out (docs/detection-experiments.md).
AF_DISCOUNT = 2.5

#: Probabilities are kept this far from 0 and 1.
_LEAST = 1e-5

WEIGHTS = Path(ecg_anomaly.__file__).parent / "pretrained" / "intervals.npz"


@dataclass(frozen=True)
class IntervalNetwork:
    """Weights of the network, float32, as Keras lays them: gates input, forget, cell, output.

    Attributes
    ----------
    kernel, recurrent, bias : (4, 64), (16, 64), (64,) float32
        Of the LSTM.
    hidden, hidden_bias : (16, 16), (16,) float32
        Of the layer after it, with rectified linear units.
    output, output_bias : (16, 3), (3,) float32
        Of `OUTPUTS`, with sigmoid units.
    """

    kernel: NDArray[np.float32]
    recurrent: NDArray[np.float32]
    bias: NDArray[np.float32]
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    output: NDArray[np.float32]
    output_bias: NDArray[np.float32]

    def abnormal_odds(self, recent: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log odds that a beat is supraventricular or ventricular, less in atrial fibrillation.

        Parameters
        ----------
        recent : (n, 33) float64
            From `take_recent`.

        Returns
        -------
        (n,) float64
            Between -14 and 12; 0 where fewer than `LEAST_KNOWN` intervals are known. The odds of a
            beat depend on no other beat, to the last bit.
        """
        known = np.isfinite(recent[:, :-1]).sum(axis=1) >= LEAST_KNOWN
        odds = np.zeros(len(recent))
        if known.all() and len(known):  # as nearly always
            return self._odds_of_known(recent)
        if known.any():
            odds[known] = self._odds_of_known(recent[known])
        return odds

    def _odds_of_known(self, recent: NDArray[np.float64]) -> NDArray[np.float64]:
        probability = self.run(lay_steps(recent))
        sure = 1 - np.minimum(np.maximum(probability[:, 1:], _LEAST), 1 - _LEAST)
        normal = sure[:, 0] * sure[:, 1]
        return np.log1p(-normal) - np.log(normal) - AF_DISCOUNT * probability[:, 0]

    def run(self, steps: NDArray[np.float32]) -> NDArray[np.float64]:
        """Probabilities `OUTPUTS`, (n, 3) float64, of beats laid out by `lay_steps`."""
        # Beats along the last axis, in blocks, see `ecg_anomaly.features.window_sums`. In single
        # precision the product of a beat still depends on its place in the block.
        kernel, recurrent, bias, hidden, output = self._prepared
        blocks = lay_in_blocks(steps, np.float64)  # (width, step, n_blocks, beats)
        inputs = np.ascontiguousarray(blocks.transpose(1, 2, 0, 3))
        n, (_, n_blocks, _, beats) = len(self.recurrent), inputs.shape
        state, cell = np.zeros((n_blocks, n, beats)), np.zeros((n_blocks, n, beats), np.float32)
        sums, gates = (np.empty((n_blocks, 4 * n, beats), kind) for kind in (float, np.float32))
        enter, forget, leave = (gates[:, k * n : (k + 1) * n] for k in range(3))
        for drive in kernel @ inputs:
            np.matmul(recurrent, state, out=sums)
            np.add(drive, sums, out=sums)
            np.add(sums, bias, out=sums)
            np.tanh(sums.astype(np.float32), out=gates)
            _finish_sigmoid(gates[:, : 3 * n])
            cell *= forget
            cell += enter * gates[:, 3 * n :]
            state[...] = leave * np.tanh(cell)
        found = np.maximum(hidden @ state + self.hidden_bias[:, None], 0)
        odds = np.tanh(0.5 * (output @ found + self.output_bias[:, None]))
        _finish_sigmoid(odds)
        return np.asarray(np.swapaxes(odds, 1, 2).reshape(-1, odds.shape[1])[: len(steps)])

    @cached_property
    def _prepared(self) -> tuple[NDArray[np.float64 | np.float32], ...]:
        """Kernel, recurrent weights, bias of the LSTM; weights of the layers after it, transposed.

        The gates are sorted: those that go through a sigmoid come first, and are halved, which is
        exact. Since ``sigmoid(x) = (1 + tanh(x / 2)) / 2``, one ``tanh`` then serves all gates.
        """
        n = len(self.recurrent)
        order = np.concatenate([np.arange(2 * n), np.arange(3 * n, 4 * n), np.arange(2 * n, 3 * n)])
        scale = np.repeat(np.array([0.5, 1], np.float32), [3 * n, n])
        of_gates = (self.kernel, self.recurrent, self.bias)
        kernel, recurrent, bias = (values[..., order] * scale for values in of_gates)
        weights = (kernel, recurrent, self.hidden, self.output)
        kernel, recurrent, hidden, output = (w.T.astype(np.float64) for w in weights)
        return kernel, recurrent, bias[:, None], hidden, output


@cache
def load_interval_network() -> IntervalNetwork:
    """Load the network that comes with the package.

    Raises
    ------
    UserError
        When the file is absent or damaged.
    """
    arrays = read_arrays(WEIGHTS)
    return IntervalNetwork(**{f.name: arrays[f.name] for f in fields(IntervalNetwork)})


def _finish_sigmoid(values: NDArray[np.floating]) -> None:
    """Turn ``tanh(x / 2)`` into the sigmoid of x, in place."""
    values += 1
    values *= 0.5
