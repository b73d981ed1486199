"""Estimate from RR intervals alone whether a beat is abnormal, with a small pretrained LSTM.

It reads the last 32 intervals and the next one. Beat labels without signals exist of hundreds of
people more than recordings with labels do
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
from ecg_anomaly.features.rhythm_comparison import take_last
from ecg_anomaly.features.running_statistics import row_medians
from ecg_anomaly.features.window_sums import lay_in_blocks
from ecg_anomaly.files.data_files import read_arrays

#: Intervals up to the beat, those of one step of the LSTM, and how many must be known.
N_INTERVALS, PER_STEP, LEAST_KNOWN = 32, 3, 8

#: Shorter and longer intervals count as these, s.
LIMITS_S = (0.2, 3.0)

#: Added to the median log interval, so that it is near 0: that of 0.82 s.
MEDIAN_OFFSET = 0.2

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
        sorted_ = (
            values[..., order] * scale for values in (self.kernel, self.recurrent, self.bias)
        )
        kernel, recurrent, bias = sorted_
        weights = (w.T.astype(np.float64) for w in (kernel, recurrent, self.hidden, self.output))
        kernel, recurrent, hidden, output = weights
        return kernel, recurrent, bias[:, None], hidden, output


def take_recent(
    previous_s: NDArray[np.float64], rows: NDArray[np.intp], next_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Take the log of the last intervals up to some beats, and of the next one.

    Parameters
    ----------
    previous_s : (m,) float64
        Interval before each of consecutive beats in s; NaN where unknown.
    rows : (n,) int
        The beats.
    next_s : (n,) float64
        Interval after each of them in s; NaN where unknown.

    Returns
    -------
    (n, 33) float64
        NaN where unknown, or before the first beat.
    """
    return log_recent(take_last(previous_s, rows, N_INTERVALS - 1), rows, next_s)


def log_recent(
    last_s: NDArray[np.float64], rows: NDArray[np.intp], next_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Do as `take_recent` for beats of any records.

    Parameters
    ----------
    last_s : (n, 32) float64
        From `take_last`, in s.
    rows : (n,) int
        Number of beats of its record before each.
    next_s : (n,) float64
        As for `take_recent`.

    Returns
    -------
    (n, 33) float64
    """
    recent = np.empty((len(rows), N_INTERVALS + 1))
    recent[:, :-1], recent[:, -1] = last_s, next_s
    if len(rows) and rows.min() < N_INTERVALS - 1:  # fewer have come before
        recent[:, :-1][rows[:, None] + np.arange(1 - N_INTERVALS, 1) < 0] = np.nan
    shortest, longest = LIMITS_S
    return np.log(np.minimum(np.maximum(recent, shortest), longest))


def lay_steps(recent: NDArray[np.float64]) -> NDArray[np.float32]:
    """Lay intervals out as steps of the LSTM: relative to their median, and the median itself.

    Parameters
    ----------
    recent : (n, 33) float64
        From `take_recent`; at least one interval of each beat is known. Unknown ones count as the
        median.

    Returns
    -------
    (n, 11, 4) float32
    """
    last = recent[:, :-1].copy()
    median = row_medians(last, np.isfinite(last).sum(axis=1))  # faster than `np.nanmedian`
    relative = recent - median[:, None]
    relative[np.isnan(relative)] = 0
    n, n_steps = len(recent), recent.shape[1] // PER_STEP
    steps = np.empty((n, n_steps, PER_STEP + 1), np.float32)
    steps[:, :, :-1] = relative.reshape(n, n_steps, PER_STEP)
    steps[:, :, -1] = (median + MEDIAN_OFFSET)[:, None]
    return steps


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
