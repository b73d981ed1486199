"""The weights of an ONNX file are found wherever they are."""

import numpy as np
import pytest
from onnx import TensorProto, external_data_helper, helper, numpy_helper

from ecg_anomaly.network.onnx.onnx_weights import read_weights


def save(path, initializers=(), nodes=(), functions=()):
    graph = helper.make_graph(list(nodes), "toy", [], [], list(initializers))
    path.write_bytes(helper.make_model(graph, functions=list(functions)).SerializeToString())
    return path


def constant(tensor):
    return helper.make_node("Constant", [], ["c"], value=tensor)


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8"])
@pytest.mark.parametrize("raw", [False, True])
def test_every_number_of_an_initializer_is_read(tmp_path, dtype, raw):
    values = np.array([[1.5, np.nan], [-2.0, np.inf]], dtype)
    if raw or dtype == "f2":
        tensor = numpy_helper.from_array(values)
    else:
        kind = TensorProto.FLOAT if dtype == "f4" else TensorProto.DOUBLE
        tensor = helper.make_tensor("w", kind, values.shape, values.ravel())
    (found,) = read_weights(save(tmp_path / "x.onnx", [tensor]))
    np.testing.assert_array_equal(found, values.ravel())


def test_constants_of_nodes_subgraphs_and_functions_are_read(tmp_path):
    tensors = [numpy_helper.from_array(np.array([value], "f4")) for value in (1, 2, 3)]
    inner = helper.make_graph([constant(tensors[1])], "inner", [], [])
    nodes = [constant(tensors[0]), helper.make_node("If", ["c"], ["d"], then_branch=inner)]
    function = helper.make_function("own", "f", [], ["c"], [constant(tensors[2])], [])
    found = list(read_weights(save(tmp_path / "x.onnx", nodes=nodes, functions=[function])))
    assert np.concatenate(found).tolist() == [1, 2, 3]


def test_whole_numbers_are_passed_over(tmp_path):
    tensor = numpy_helper.from_array(np.array([2**31 - 1, -1], "i4"))
    assert list(read_weights(save(tmp_path / "x.onnx", [tensor]))) == []


def test_a_tensor_in_another_file_is_refused(tmp_path):
    tensor = numpy_helper.from_array(np.ones(3, "f4"), "w")
    external_data_helper.set_external_data(tensor, "/etc/passwd")
    with pytest.raises(ValueError, match="another file"):
        list(read_weights(save(tmp_path / "x.onnx", [tensor])))


def test_what_is_no_message_is_refused(tmp_path):
    (tmp_path / "x.onnx").write_bytes(b"\x3a\xff")
    with pytest.raises(ValueError, match="no ONNX file"):
        list(read_weights(tmp_path / "x.onnx"))
