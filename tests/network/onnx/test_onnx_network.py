"""The network in ONNX Runtime: any number of beats, in any order."""

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.network.onnx.onnx_network import BATCH, OnnxNetwork


@pytest.fixture(scope="module")
def network(tmp_path_factory) -> OnnxNetwork:
    """An LSTM over 6 steps of 2 channels, whose last state has 3 numbers."""
    rng = np.random.default_rng(0)
    weights = {"W": (1, 12, 2), "R": (1, 12, 3), "B": (1, 24)}
    constants = [
        onnx.numpy_helper.from_array(rng.normal(size=shape).astype(np.float32), name)
        for name, shape in weights.items()
    ]
    constants.append(onnx.numpy_helper.from_array(np.array([0]), "first"))
    nodes = [
        helper.make_node("Transpose", ["sequence"], ["steps"], perm=[1, 0, 2]),
        helper.make_node("LSTM", ["steps", "W", "R", "B"], ["", "last"], hidden_size=3),
        helper.make_node("Squeeze", ["last", "first"], ["state"]),
    ]
    values = [
        helper.make_tensor_value_info("sequence", TensorProto.FLOAT, ["n", 6, 2]),
        helper.make_tensor_value_info("state", TensorProto.FLOAT, ["n", 3]),
    ]
    graph = helper.make_graph(nodes, "lstm", values[:1], values[1:], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    path = tmp_path_factory.mktemp("network") / "network.onnx"
    onnx.save(model, path)
    return OnnxNetwork(path)


def beats(n: int) -> dict[str, np.ndarray]:
    return {"sequence": np.random.default_rng(1).normal(size=(n, 6, 2)).astype(np.float32)}


def test_inputs_and_outputs_are_named(network):
    assert network.input_names == ["sequence"]
    assert network.output_names == ["state"]


@pytest.mark.parametrize("n", [0, 1, 2, BATCH - 1, BATCH, BATCH + 1, 3 * BATCH + 7])
def test_any_number_of_beats_gives_each_what_it_gets_alone(network, n):
    arrays = beats(n)
    found = network.run(arrays)["state"]
    assert found.shape == (n, 3)
    assert found.dtype == np.float32
    for k in range(0, n, 29):
        alone = network.run({"sequence": arrays["sequence"][k : k + 1]})["state"][0]
        np.testing.assert_allclose(found[k], alone, atol=1e-6)


def test_the_order_of_beats_does_not_matter(network):
    arrays = beats(150)
    order = np.random.default_rng(2).permutation(150)
    shuffled = network.run({"sequence": arrays["sequence"][order]})["state"]
    np.testing.assert_allclose(shuffled, network.run(arrays)["state"][order], atol=1e-6)


def test_two_runs_agree_to_the_last_bit(network):
    one, other = (network.run(beats(100))["state"] for _ in range(2))
    np.testing.assert_array_equal(one, other)


def test_other_arrays_other_types_and_other_layouts_are_taken(network):
    arrays = beats(10)
    expected = network.run(arrays)["state"]
    twisted = np.asfortranarray(arrays["sequence"].astype(np.float64))
    found = network.run({"sequence": twisted, "features": np.zeros((10, 9), np.float32)})
    np.testing.assert_array_equal(found["state"], expected)


@pytest.mark.parametrize("content", [None, b"", b"no network at all"])
def test_a_file_that_is_no_network_is_a_users_error(tmp_path, content):
    path = tmp_path / "network.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=r"not a readable ONNX network .*dvc repro") as caught:
        OnnxNetwork(path)
    assert caught.value.where == str(path)
