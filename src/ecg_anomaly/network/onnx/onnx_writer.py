"""Collect the nodes of an ONNX graph in order, so that the same calls give the same bytes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import onnx
from numpy.typing import NDArray

#: Versions of the operators and of the format: ONNX Runtime has known them since 1.14.
OPSET, IR_VERSION = 18, 8

#: Name of the first axis, the beats, of every input and output.
BEATS_AXIS = "beats"


class Value(NamedTuple):
    """A value of a graph, ``(beats, width)`` float32."""

    name: str
    width: int


class OnnxWriter:
    """Takes the nodes of a network in the order in which they are computed."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: dict[bytes, onnx.TensorProto] = {}

    def add(
        self, operator: str, inputs: Sequence[str], output: str | None = None, **attributes: Any
    ) -> str:
        """Add a node with one output, and return its name."""
        return self._add(operator, inputs, [output or self._name()], **attributes)[0]

    def constant(self, values: NDArray[Any]) -> str:
        """Add an array of any shape and return its name; equal arrays are stored once."""
        tensor = onnx.numpy_helper.from_array(np.ascontiguousarray(values))
        kept = self._constants.setdefault(tensor.SerializeToString(deterministic=True), tensor)
        kept.name = kept.name or f"c{len(self._constants) - 1}"
        return str(kept.name)

    def split(self, value: str, widths: Sequence[int]) -> list[Value]:
        """Cut a value, ``(beats, sum of widths)``, into pieces."""
        sizes = self.constant(np.array(widths, np.int64))
        first = self._name()
        names = [f"{first}_{place}" for place in range(len(widths))]
        self._add("Split", [value, sizes], names, axis=1)
        return [Value(name, width) for name, width in zip(names, widths, strict=True)]

    def join(self, values: Sequence[Value]) -> Value:
        """Lay values side by side."""
        if len(values) == 1:
            return values[0]
        width = sum(value.width for value in values)
        return Value(self.add("Concat", [v.name for v in values], axis=1), width)

    def affine(self, value: Value, weights: NDArray[np.float32], offset: str) -> Value:
        """Multiply by ``(width, n)`` weights and add another value or constant."""
        name = self.add("Gemm", [value.name, self.constant(weights), offset])
        return Value(name, weights.shape[1])

    def reshape(self, value: str, shape: Sequence[int], output: str | None = None) -> str:
        """Give each beat another shape."""
        return self.add("Reshape", [value, self.constant(np.array([0, *shape]))], output)

    def finish(
        self, inputs: dict[str, Sequence[int]], outputs: dict[str, Sequence[int]]
    ) -> onnx.ModelProto:
        """Make and check the model.

        Parameters
        ----------
        inputs, outputs : dict
            Shape of each input and output, without its first axis, the beats.
        """
        graph = onnx.helper.make_graph(
            self._nodes,
            "network",
            _declare(inputs),
            _declare(outputs),
            list(self._constants.values()),
        )
        opsets = [onnx.helper.make_opsetid("", OPSET)]
        model = onnx.helper.make_model(graph, opset_imports=opsets, ir_version=IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        return model

    def _add(
        self, operator: str, inputs: Sequence[str], outputs: list[str], **attributes: Any
    ) -> list[str]:
        self._nodes.append(onnx.helper.make_node(operator, inputs, outputs, **attributes))
        return outputs

    def _name(self) -> str:
        return f"n{len(self._nodes)}"


def _declare(shapes: dict[str, Sequence[int]]) -> list[onnx.ValueInfoProto]:
    kind = onnx.TensorProto.FLOAT
    return [
        onnx.helper.make_tensor_value_info(name, kind, [BEATS_AXIS, *shapes[name]])
        for name in sorted(shapes)
    ]
