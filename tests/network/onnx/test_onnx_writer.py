"""The writer of ONNX graphs: each operation by hand, names that do not clash, repeated bytes."""

import numpy as np
import onnx
import onnxruntime
import pytest

from ecg_anomaly.network.onnx.onnx_writer import BEATS_AXIS, OnnxWriter, Value

X = np.arange(12, dtype=np.float32).reshape(2, 6)


def run(graph: OnnxWriter, width: int) -> np.ndarray:
    """Finish a graph from `x` (6 wide) to `y` and run it on `X`."""
    model = graph.finish({"x": [6]}, {"y": [width]})
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    (found,) = session.run(["y"], {"x": X})
    return found


def test_a_value_is_split_and_joined_in_order():
    graph = OnnxWriter()
    first, second = graph.split("x", [2, 4])
    assert (first.width, second.width) == (2, 4)
    joined = graph.join([second, first])
    assert joined.width == 6
    graph.add("Identity", [joined.name], "y")
    np.testing.assert_array_equal(run(graph, 6), X[:, [2, 3, 4, 5, 0, 1]])


def test_one_value_needs_no_joining():
    value = Value("x", 6)
    assert OnnxWriter().join([value]) is value


@pytest.mark.parametrize("offset", [np.float32([1, -1, 0.5]), np.zeros(3, np.float32)])
def test_an_affine_map_multiplies_and_adds(offset):
    weights = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)
    graph = OnnxWriter()
    value = graph.affine(Value("x", 6), weights, graph.constant(offset))
    assert value.width == 3
    graph.add("Identity", [value.name], "y")
    np.testing.assert_allclose(run(graph, 3), X @ weights + offset, rtol=1e-5)


def test_a_beat_gets_another_shape_and_beats_stay_apart():
    graph = OnnxWriter()
    graph.reshape("x", [3, 2], "y")
    model = graph.finish({"x": [6]}, {"y": [3, 2]})
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    np.testing.assert_array_equal(session.run(["y"], {"x": X})[0], X.reshape(2, 3, 2))
    axis = model.graph.output[0].type.tensor_type.shape.dim[0]
    assert axis.dim_param == BEATS_AXIS


def test_equal_constants_have_one_name_and_others_another():
    graph = OnnxWriter()
    one, same = (graph.constant(np.float32([1, 2])) for _ in range(2))
    other, integer = graph.constant(np.float32([1, 3])), graph.constant(np.array([1, 2]))
    assert one == same
    assert len({one, other, integer}) == 3


def test_the_same_calls_give_the_same_bytes():
    def write() -> bytes:
        graph = OnnxWriter()
        parts = graph.split("x", [1, 2, 3])
        graph.add("Identity", [graph.join(parts[::-1]).name], "y")
        return graph.finish({"x": [6]}, {"y": [6]}).SerializeToString(deterministic=True)

    assert write() == write()


def test_a_graph_that_is_not_valid_is_refused():
    graph = OnnxWriter()
    graph.add("Identity", ["nothing of this name"], "y")
    with pytest.raises(onnx.checker.ValidationError):
        graph.finish({"x": [6]}, {"y": [6]})
