"""Exported networks: every form gives what Keras gives, in bytes that repeat."""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from ecg_anomaly.network.onnx.onnx_network import OnnxNetwork

FILES = ("network.onnx", "network.weights.h5")
#: `lstm_classifier` is `lstm_multitask` with an output less.
KINDS = ("lstm_autoencoder", "lstm_multitask")
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
    from ecg_anomaly.network.onnx.onnx_graph import write_networks

    return write_networks([network])


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
    """Enlarge the weights, so that gates open, close and saturate."""
    rng = np.random.default_rng(1)
    network.set_weights([rng.normal(0, 1.5, w.shape) for w in network.get_weights()])
    return network


#: Features go into the first layer alone: where there are none, another form changes little.
WITHOUT_FEATURES = [{}, {"layers": 3, "bidirectional": True}, {"samples_per_step": 16}]


@pytest.mark.parametrize(
    ("kind", "n_features", "form"),
    [
        *((kind, 3, form) for kind in KINDS for form in FORMS),
        *((kind, 0, form) for kind in KINDS for form in WITHOUT_FEATURES),
        ("lstm_classifier", 3, {}),
    ],
    ids=str,
)
def test_the_graph_gives_what_keras_gives(make_network, kind, form, n_features):
    network = with_large_weights(make_network(kind, (16, 2, n_features), **form))
    arrays = make_arrays(40, n_features)
    expected = {name: np.asarray(value) for name, value in network(arrays).items()}
    found = run(write(network), arrays)
    assert set(found) == set(expected)
    for name, values in expected.items():
        scale = max(1.0, float(np.abs(values).max()))
        np.testing.assert_allclose(found[name], values, atol=3e-6 * scale, err_msg=name)


@pytest.mark.parametrize("kind", ["lstm_classifier", "lstm_multitask"])
def test_several_networks_are_rows_of_each_output(make_network, kind):
    from ecg_anomaly.network.onnx.onnx_graph import write_networks

    networks = [with_large_weights(make_network(kind)), make_network(kind)]
    arrays = make_arrays(5, 3)
    together = run(write_networks(networks), arrays)
    for place, network in enumerate(networks):
        for name, values in run(write(network), arrays).items():
            np.testing.assert_allclose(together[name][:, place], values, atol=2e-6, err_msg=name)


@pytest.mark.parametrize("kind", KINDS)
def test_the_outputs_of_a_beat_do_not_depend_on_other_beats(make_network, kind):
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


def export(network, folder: Path) -> Path:
    from ecg_anomaly.network.onnx.onnx_graph import export_networks

    folder.mkdir(exist_ok=True)
    network({tensor.name: np.zeros((1, *tensor.shape[1:])) for tensor in network.inputs})
    export_networks([network], folder)
    return folder


def read(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_features", [0, 3])
def test_keras_and_onnx_agree(make_network, make_inputs, tmp_path, kind, n_features):
    network = make_network(kind, (16, 2, n_features), bidirectional=True, dropout=0.3)
    export(network, tmp_path)
    inputs = make_inputs(150, n_features=n_features)
    arrays = {"sequence": inputs.sequence, "features": inputs.features}
    taken = {tensor.name: arrays[tensor.name] for tensor in network.inputs}
    expected = network.predict_on_batch(taken)
    found = OnnxNetwork(tmp_path / "network.onnx").run(arrays)
    assert set(found) == set(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("kind", KINDS)
def test_two_exports_of_one_network_and_of_an_equal_one_give_the_same_bytes(
    make_network, tmp_path, kind
):
    network = make_network(kind, bidirectional=True)
    first = read(export(network, tmp_path / "first"))
    assert read(export(network, tmp_path / "again")) == first
    assert read(export(make_network(kind, bidirectional=True), tmp_path / "equal")) == first
    assert read(export(make_network(kind, seed=2), tmp_path / "other")) != first


def test_weights_go_back_into_a_network_of_the_same_form(make_network, tmp_path):
    network, other = make_network(seed=1), make_network(seed=2)
    export(network, tmp_path)
    other.load_weights(tmp_path / "network.weights.h5")
    for a, b in zip(network.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_nothing_is_printed(make_network, tmp_path, capfd):
    export(make_network(), tmp_path)
    printed = capfd.readouterr()
    assert printed.out == ""
