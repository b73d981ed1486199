import re
from pathlib import Path

import numpy as np
import pytest

from lab.teaching.gates import FirstLayer, LstmWeights, trace_gates

DOCUMENT = Path(__file__).resolve().parents[3] / "docs/what-is-an-lstm.md"


def make_weights(n_inputs: int = 3, units: int = 4, seed: int = 0) -> LstmWeights:
    rng = np.random.default_rng(seed)
    kernel, recurrent = (rng.normal(size=(rows, 4 * units)) for rows in (n_inputs, units))
    return LstmWeights(kernel, recurrent, rng.normal(size=4 * units))


def make_steps(n: int = 5, steps: int = 6, n_inputs: int = 3, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, steps, n_inputs))


@pytest.mark.parametrize("kind", ["lstm_autoencoder", "lstm_classifier"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_hidden_state_is_the_one_of_the_network_itself(
    make_network, make_inputs, kind: str, bidirectional: bool
) -> None:
    first = FirstLayer(make_network(kind, bidirectional=bidirectional, samples_per_step=4))
    steps = first.steps(make_inputs(7))
    shown = np.asarray(first.layer(steps))
    hidden = trace_gates(first.weights, steps).hidden
    np.testing.assert_allclose(hidden[:, -1], shown[:, :4], atol=1e-6)
    if bidirectional:
        backward = LstmWeights(*first.layer.backward_layer.get_weights())
        end = trace_gates(backward, steps[:, ::-1]).hidden[:, -1]
        np.testing.assert_allclose(end, shown[:, 4:], atol=1e-6)


def test_every_hidden_state_on_the_way_is_that_of_keras() -> None:
    import keras

    weights, steps = make_weights(), make_steps()
    layer = keras.layers.LSTM(4, return_sequences=True)
    layer.build(steps.shape)
    layer.set_weights([weights.kernel, weights.recurrent, weights.bias])
    np.testing.assert_allclose(trace_gates(weights, steps).hidden, layer(steps), atol=1e-5)


def test_each_state_follows_from_the_one_before() -> None:
    trace = trace_gates(make_weights(), make_steps())
    before = np.concatenate([np.zeros_like(trace.cell[:, :1]), trace.cell[:, :-1]], axis=1)
    kept, written = trace.forget_gate * before, trace.input_gate * trace.candidate
    np.testing.assert_allclose(trace.cell, kept + written)
    np.testing.assert_allclose(trace.hidden, trace.output_gate * np.tanh(trace.cell))


def test_gates_stay_between_shut_and_open_even_for_an_absurd_beat() -> None:
    trace = trace_gates(make_weights(), 1e6 * make_steps())
    for gate in (trace.input_gate, trace.forget_gate, trace.output_gate):
        assert gate.min() >= 0
        assert gate.max() <= 1
    assert np.abs(trace.hidden).max() <= 1


def test_an_open_forget_gate_and_a_shut_input_gate_keep_what_was_written() -> None:
    weights = LstmWeights(
        np.array([[20.0, 0.0, 5.0, 0.0]]), np.zeros((1, 4)), np.array([-10.0, 50.0, 0.0, 0.0])
    )
    beat = np.zeros((1, 40, 1))
    beat[0, 3] = 1.0
    cell = trace_gates(weights, beat).cell[0, :, 0]
    np.testing.assert_allclose(cell[:3], 0, atol=1e-12)
    np.testing.assert_allclose(cell[3:], cell[3], rtol=1e-9)
    assert cell[3] > 0.99


def test_a_later_sample_changes_no_earlier_state() -> None:
    steps, weights = make_steps(), make_weights()
    other = steps.copy()
    other[:, 4] += 1
    one, two = trace_gates(weights, steps), trace_gates(weights, other)
    np.testing.assert_array_equal(one.cell[:, :4], two.cell[:, :4])
    assert (one.cell[:, 4:] != two.cell[:, 4:]).all()


def test_a_gap_in_one_beat_leaves_the_others_alone() -> None:
    steps, weights = make_steps(), make_weights()
    broken = steps.copy()
    broken[2, 1, 0] = np.nan
    whole, trace = trace_gates(weights, steps), trace_gates(weights, broken)
    others = np.arange(len(steps)) != 2
    np.testing.assert_array_equal(trace.hidden[others], whole.hidden[others])
    assert np.isfinite(trace.hidden[2, 0]).all()
    assert np.isnan(trace.hidden[2, 1:]).all()


@pytest.mark.parametrize(("n", "steps"), [(0, 6), (5, 0)])
def test_no_beats_and_no_steps_give_empty_states(n: int, steps: int) -> None:
    assert trace_gates(make_weights(), make_steps(n, steps)).cell.shape == (n, steps, 4)


def test_weights_of_two_layers_are_refused() -> None:
    with pytest.raises(ValueError, match="4 units need 4 blocks"):
        LstmWeights(np.zeros((3, 16)), np.zeros((4, 16)), np.zeros(12))


def test_the_example_worked_by_hand_in_the_document_is_right() -> None:
    weights = LstmWeights(
        np.array([[8.0, 0.0, 2.0, 0.0]]), np.zeros((1, 4)), np.array([-4.0, 3.0, 0.0, 2.0])
    )
    rows = worked_rows(DOCUMENT.read_text(encoding="utf-8"))
    assert len(rows) == 12
    for beat in (rows[:6], rows[6:]):
        trace = trace_gates(weights, beat[None, :, :1])
        parts = (trace.input_gate, trace.candidate, trace.forget_gate, trace.cell, trace.hidden)
        np.testing.assert_allclose(beat[:, 1:], np.concatenate(parts, axis=2)[0], atol=0.00051)


def worked_rows(document: str) -> np.ndarray:
    """Numbers of the worked example: sample, input gate, candidate, forget gate, cell, hidden."""
    found = re.findall(r"^\| *\d \|.*$", document, re.MULTILINE)
    cells = [[float(word.replace("−", "-")) for word in row.split("|")[3:9]] for row in found]
    return np.array(cells)


@pytest.mark.parametrize("kind", ["lstm_autoencoder", "lstm_classifier"])
def test_a_step_begins_with_its_samples_side_by_side_and_their_leads_together(
    make_network, make_inputs, kind: str
) -> None:
    inputs = make_inputs(3)
    steps = FirstLayer(make_network(kind, samples_per_step=4)).steps(inputs)
    assert steps.shape[:2] == (3, 4)
    for step in range(4):
        samples = inputs.sequence[:, 4 * step : 4 * step + 4].reshape(3, 8)
        np.testing.assert_array_equal(steps[:, step, :8], samples)


@pytest.mark.parametrize("kind", ["lstm_autoencoder", "lstm_classifier"])
@pytest.mark.parametrize("changes", [{}, {"bidirectional": True}, {"layers": 2}])
def test_the_weights_are_those_of_the_first_layer_reading_forward(
    make_network, kind: str, changes: dict
) -> None:
    network = make_network(kind, **changes)
    found = FirstLayer(network).weights
    for mine, theirs in zip(
        (found.kernel, found.recurrent, found.bias), network.get_weights(), strict=False
    ):
        np.testing.assert_array_equal(mine, theirs)
