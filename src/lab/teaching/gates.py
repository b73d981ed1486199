"""Compute what the gates and cells of an LSTM layer do at each step, in plain NumPy.

Hochreiter and Schmidhuber 1997 (Long short-term memory, Neural Computation 9(8):1735-1780), with
the forget gate of Gers, Schmidhuber and Cummins 2000 (Learning to forget: continual prediction
with LSTM, Neural Computation 12(10):2451-2471). Keras computes the same and returns only `hidden`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.features.beat_inputs import BeatInputs


@dataclass(frozen=True)
class LstmWeights:
    """Weights of one LSTM layer in one direction, as Keras lays them out.

    Attributes
    ----------
    kernel : (n_inputs, 4 * units) float
        From what the layer reads in a step; column blocks in the order input gate, forget gate,
        candidate, output gate.
    recurrent : (units, 4 * units) float
        From the hidden state of the step before, same blocks.
    bias : (4 * units,) float

    Raises
    ------
    ValueError
        When the shapes do not belong to one layer.
    """

    kernel: NDArray[np.floating]
    recurrent: NDArray[np.floating]
    bias: NDArray[np.floating]

    def __post_init__(self) -> None:
        width = 4 * self.units
        shapes = self.kernel.shape[1:], self.recurrent.shape[1:], self.bias.shape
        if shapes != ((width,),) * 3:
            raise ValueError(f"{self.units} units need 4 blocks of columns, got widths {shapes}")

    @property
    def units(self) -> int:
        """Number of cells."""
        return len(self.recurrent)


class FirstLayer:
    """The first LSTM layer of a network: its weights, and its input.

    Parameters
    ----------
    network : keras.Model
        From `lab.trained_keras.load_model`.

    Attributes
    ----------
    weights : LstmWeights
        Of the forward direction, when the layer is bidirectional.
    """

    def __init__(self, network: Any) -> None:
        self._network = network
        self.layer = next(la for la in network.layers if la.name.startswith("encoder_1"))
        forward = getattr(self.layer, "forward_layer", self.layer)
        self.weights = LstmWeights(*forward.get_weights())

    def steps(self, inputs: BeatInputs) -> NDArray[np.float32]:
        """Return the layer's input for some beats, ``(n, n_steps, n_inputs)``."""
        arrays = {"sequence": inputs.sequence, "features": inputs.features}
        taken = {tensor.name: arrays[tensor.name] for tensor in self._network.inputs}
        front = type(self._network)(self._network.inputs, self.layer.input)
        return np.asarray(front(taken))


@dataclass(frozen=True)
class GateTrace:
    """Everything a layer computes on the way, each ``(n, steps, units)`` float64.

    Attributes
    ----------
    input_gate, forget_gate, output_gate : between 0 (closed) and 1 (open)
    candidate : between -1 and 1
        What a cell would write.
    cell : any size
        What a cell holds after the step.
    hidden : between -1 and 1
        What a cell shows after the step; the layer's output.
    """

    input_gate: NDArray[np.float64]
    forget_gate: NDArray[np.float64]
    candidate: NDArray[np.float64]
    cell: NDArray[np.float64]
    output_gate: NDArray[np.float64]
    hidden: NDArray[np.float64]


def trace_gates(weights: LstmWeights, steps: NDArray[np.floating]) -> GateTrace:
    """Run a layer over beats and keep all that it computes.

    Parameters
    ----------
    weights : LstmWeights
        Of the layer.
    steps : (n, n_steps, n_inputs) float
        What the layer reads; n may be 0. A NaN spreads to every later step of its beat and to no
        other beat.

    Returns
    -------
    GateTrace
        Cell and hidden state start at 0, as everywhere in Keras.
    """
    driven = steps.astype(np.float64) @ weights.kernel + weights.bias
    cell = np.zeros((len(steps), weights.units))
    hidden, states = cell, []
    for at in range(steps.shape[1]):
        blocks = np.split(driven[:, at] + hidden @ weights.recurrent, 4, axis=1)
        i, f, o = (_sigmoid(blocks[place]) for place in (0, 1, 3))
        candidate = np.tanh(blocks[2])
        cell = f * cell + i * candidate
        hidden = o * np.tanh(cell)
        states.append((i, f, candidate, cell, o, hidden))
    return GateTrace(*_stack(states, (len(steps), 0, weights.units)))


def _stack(
    states: Sequence[tuple[NDArray[np.float64], ...]], empty: tuple[int, int, int]
) -> list[NDArray[np.float64]]:
    if not states:
        return [np.zeros(empty) for _ in range(6)]
    return [np.stack(column, axis=1) for column in zip(*states, strict=True)]


def _sigmoid(x: NDArray[np.float64]) -> NDArray[np.float64]:
    # The logistic function, written so that no exponential overflows.
    return 0.5 * (1 + np.tanh(0.5 * x))
