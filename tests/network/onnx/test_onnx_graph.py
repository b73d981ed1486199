"""Every form of network, written as an ONNX graph, says what Keras says."""

import numpy as np
import onnx
import onnxruntime
import pytest

KINDS = ("lstm_autoencoder", "lstm_classifier")  # lstm_contrast is the same network
FORMS = [
    {},
    {"layers": 2},
    {"bidirectional": True},
    {"layers": 3, "bidirectional": True},
    {"dropout": 0.5},
    {"samples_per_step": 16},  # one step: there is no state yet
    {"samples_per_step": 1},
    {"use_features": False},
]


def write(network) -> onnx.ModelProto:
    from ecg_anomaly.network.onnx.onnx_graph import write_network

    return write_network(network)


def run(model: onnx.ModelProto, arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    names = [output.name for output in session.get_outputs()]
    taken = {tensor.name: arrays[tensor.name] for tensor in session.get_inputs()}
    return dict(zip(names, session.run(None, taken), strict=True))


def make_arrays(n: int, n_features: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    arrays = {"sequence": rng.normal(size=(n, 16, 2)).astype(np.float32)}
    if n_features:
        arrays["features"] = rng.normal(size=(n, n_features)).astype(np.float32)
    return arrays


def with_large_weights(network):
    """Stretch the weights, so that gates open, close and saturate."""
    rng = np.random.default_rng(1)
    network.set_weights([rng.normal(0, 1.5, w.shape) for w in network.get_weights()])
    return network


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("n_features", [0, 3])
def test_it_says_what_keras_says(make_network, kind, form, n_features):
    network = with_large_weights(make_network(kind, (16, 2, n_features), **form))
    arrays = make_arrays(40, n_features)
    expected = {name: np.asarray(value) for name, value in network(arrays).items()}
    found = run(write(network), arrays)
    assert set(found) == set(expected)
    for name, values in expected.items():
        scale = max(1.0, float(np.abs(values).max()))
        np.testing.assert_allclose(found[name], values, atol=3e-6 * scale, err_msg=name)


@pytest.mark.parametrize("kind", KINDS)
def test_a_beat_is_judged_alike_alone_and_among_others(make_network, kind):
    model = write(with_large_weights(make_network(kind)))
    arrays = make_arrays(9, 3)
    whole = run(model, arrays)
    for k in (0, 8):
        alone = run(model, {name: values[k : k + 1] for name, values in arrays.items()})
        for name, values in alone.items():
            np.testing.assert_allclose(values[0], whole[name][k], atol=2e-6, err_msg=name)


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_valid_graph_with_the_inputs_of_the_network(make_network, kind):
    network = make_network(kind, bidirectional=True)
    model = write(network)
    onnx.checker.check_model(model, full_check=True)
    shapes = {
        value.name: [axis.dim_param or axis.dim_value for axis in value.type.tensor_type.shape.dim]
        for value in model.graph.input
    }
    assert shapes == {"features": ["beats", 3], "sequence": ["beats", 16, 2]}
    names = [name for node in model.graph.node for name in node.output]
    assert len(set(names)) == len(names)


def test_what_is_the_same_at_every_step_is_multiplied_once(make_network):
    """Features go through one product, whose result each step starts from."""
    model = write(make_network("lstm_contrast", samples_per_step=2))
    products = [node for node in model.graph.node if node.op_type == "Gemm"]
    assert sum("features" in node.input for node in products) == 1
    assert len(products) == 1 + 8 + 2


def test_equal_constants_are_stored_once(make_network):
    model = write(make_network("lstm_autoencoder", samples_per_step=1))
    stored = [tensor.raw_data for tensor in model.graph.initializer]
    assert len(set(stored)) == len(stored)
    n_numbers = sum(np.prod(tensor.dims) for tensor in model.graph.initializer)
    assert n_numbers < 1.5 * make_network("lstm_autoencoder", samples_per_step=1).count_params()
