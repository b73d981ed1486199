"""An ONNX graph in an order and with names that depend on nothing but the network.

The converter numbers what it makes with a counter that runs on from one network to the next, and
walks over sets, so that two exports of one network differ in names and order. DVC compares bytes.
"""

import hashlib
from typing import TypeVar

import onnx

Item = TypeVar("Item", onnx.NodeProto, onnx.TensorProto)

#: Name of the first axis, the beats, of every input and output.
BEATS_AXIS = "beats"


def rewrite_graph(model: onnx.ModelProto) -> onnx.ModelProto:
    """Return the same network with nodes in a fixed order, named by their place.

    Parameters
    ----------
    model : onnx.ModelProto
        A network without subgraphs (loops, branches).

    Returns
    -------
    onnx.ModelProto
        Nodes follow their inputs, depth first from the outputs in alphabetical order; equal
        nodes and equal constants become one. Inputs and outputs keep their names.

    Raises
    ------
    ValueError
        When a node holds a subgraph: an LSTM that did not become an LSTM node.
    """
    writer = _GraphWriter(model.graph)
    outputs = sorted(model.graph.output, key=lambda value: value.name)
    ends = {value.name: writer.place(value.name) for value in outputs}
    for name, value in ends.items():
        writer.nodes.append(onnx.helper.make_node("Identity", [value], [name]))
    inputs = sorted(model.graph.input, key=lambda value: value.name)
    graph = onnx.helper.make_graph(
        writer.nodes, "network", _free_axis(inputs), _free_axis(outputs), writer.constants
    )
    return onnx.helper.make_model(
        graph,
        opset_imports=sorted(model.opset_import, key=lambda opset: opset.domain),
        ir_version=model.ir_version,
        producer_name=model.producer_name,
        producer_version=model.producer_version,
    )


class _GraphWriter:
    """Copies nodes and constants under new names, each one once."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._maker = {name: node for node in graph.node for name in node.output}
        self._constant = {tensor.name: tensor for tensor in graph.initializer}
        self._placed = {value.name: value.name for value in graph.input} | {"": ""}
        self._seen: dict[tuple[int, bytes], list[str]] = {}
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def place(self, name: str) -> str:
        """Return the new name of a value, after placing all it needs."""
        pending = [name]
        while pending:
            wanted = pending[-1]
            needs = self._needs(wanted)
            if needs:
                pending.extend(reversed(needs))
                continue
            pending.pop()
            if wanted not in self._placed:
                self._copy(wanted)
        return self._placed[name]

    def _needs(self, name: str) -> list[str]:
        if name in self._placed or name in self._constant:
            return []
        return [value for value in self._maker[name].input if value not in self._placed]

    def _copy(self, name: str) -> None:
        if name in self._constant:
            constant = onnx.TensorProto()
            constant.CopyFrom(self._constant[name])
            self._placed[name] = self._once(constant, self.constants, f"c{len(self.constants)}")[0]
            return
        made = self._maker[name]
        node = onnx.NodeProto(op_type=made.op_type, domain=made.domain)
        node.input.extend(self._placed[value] for value in made.input)
        node.attribute.extend(sorted(made.attribute, key=lambda attribute: attribute.name))
        if any(attribute.HasField("g") for attribute in node.attribute):
            raise ValueError(f"{made.op_type} node {made.name} holds a subgraph")
        first = f"n{len(self.nodes)}"
        names = self._once(node, self.nodes, first, n_outputs=len(made.output))
        # An output that nobody wanted has no name, as an input that is left out.
        self._placed |= {old: new for old, new in zip(made.output, names, strict=True) if old}

    def _once(self, item: Item, items: list[Item], name: str, n_outputs: int = 0) -> list[str]:
        """Append `item` as `name` unless an equal one is there; return the names of its values."""
        item.name = ""
        content = item.SerializeToString(deterministic=True)
        key = (n_outputs, hashlib.sha256(content).digest())
        if key not in self._seen:
            item.name, values = name, [name]
            if isinstance(item, onnx.NodeProto):
                values = [f"{name}_{place}" for place in range(n_outputs)]
                item.output.extend(values)
            items.append(item)
            self._seen[key] = values
        return self._seen[key]


def _free_axis(values: list[onnx.ValueInfoProto]) -> list[onnx.ValueInfoProto]:
    freed = []
    for value in values:
        copy = onnx.ValueInfoProto()
        copy.CopyFrom(value)
        copy.type.tensor_type.shape.dim[0].dim_param = BEATS_AXIS
        freed.append(copy)
    return freed
