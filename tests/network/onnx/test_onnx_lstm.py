"""An LSTM layer written into a graph: the states of its textbook equations, in both directions."""

import numpy as np
import onnxruntime
import pytest

from ecg_anomaly.network.onnx.onnx_lstm import write_lstm
from ecg_anomaly.network.onnx.onnx_writer import OnnxWriter, Value

UNITS, WIDTH, STEPS, ALWAYS = 3, 2, 4, 5
RNG = np.random.default_rng(0)


class Layer:
    """The weights of an LSTM layer, laid out as Keras does."""

    def __init__(self, n_inputs: int) -> None:
        shapes = [(n_inputs, 4 * UNITS), (UNITS, 4 * UNITS), (4 * UNITS,)]
        self.weights = [RNG.normal(size=shape).astype(np.float32) for shape in shapes]

    def get_weights(self):
        return self.weights


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def compute_states(layer: Layer, steps: list[np.ndarray]) -> list[np.ndarray]:
    """Hochreiter and Schmidhuber 1997 with the forget gate of Gers 2000."""
    kernel, recurrent, bias = layer.weights
    state = cell = np.zeros((len(steps[0]), UNITS))
    states = []
    for x in steps:
        let_in, keep, candidate, let_out = np.split(x @ kernel + state @ recurrent + bias, 4, 1)
        cell = sigmoid(keep) * cell + sigmoid(let_in) * np.tanh(candidate)
        state = sigmoid(let_out) * np.tanh(cell)
        states.append(state)
    return states


def run(graph: OnnxWriter, states: list[Value], arrays: dict[str, np.ndarray]) -> np.ndarray:
    assert {value.width for value in states} == {UNITS}
    graph.add("Identity", [graph.join(states).name], "y")
    inputs = {name: array.shape[1:] for name, array in arrays.items()}
    model = graph.finish(inputs, {"y": [UNITS * len(states)]})
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(["y"], arrays)[0]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("with_always", [False, True])
def test_the_states_are_those_of_the_equations(backwards, with_always):
    layer = Layer(WIDTH + ALWAYS * with_always)
    x = RNG.normal(size=(7, STEPS * WIDTH)).astype(np.float32)
    same = RNG.normal(size=(7, ALWAYS)).astype(np.float32)
    arrays = {"x": x, "same": same} if with_always else {"x": x}
    graph = OnnxWriter()
    steps = graph.split("x", [WIDTH] * STEPS)
    always = Value("same", ALWAYS) if with_always else None
    found = run(graph, write_lstm(graph, layer, steps, always, backwards), arrays)
    parts = np.split(x, STEPS, axis=1)
    given = [np.concatenate([part, same], axis=1) if with_always else part for part in parts]
    expected = compute_states(layer, given[::-1] if backwards else given)
    expected = expected[::-1] if backwards else expected
    np.testing.assert_allclose(found, np.concatenate(expected, axis=1), atol=1e-6)


def test_a_decoder_gets_nothing_but_what_is_the_same_at_every_step():
    layer, same = Layer(ALWAYS), RNG.normal(size=(7, ALWAYS)).astype(np.float32)
    graph = OnnxWriter()
    states = write_lstm(graph, layer, [None] * STEPS, Value("same", ALWAYS))
    found = run(graph, states, {"same": same})
    expected = np.concatenate(compute_states(layer, [same] * STEPS), axis=1)
    np.testing.assert_allclose(found, expected, atol=1e-6)
