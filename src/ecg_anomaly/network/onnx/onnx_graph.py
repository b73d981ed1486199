"""Write a trained Keras network as an ONNX file, node by node.

Keras's own ``network.export(format="onnx")`` goes through tf2onnx, which is not used here for two
reasons that docs/tools.md tells. Two exports of one network differ in names and order, so the file
would have other bytes after every training, and everything that DVC makes from it would run again.
And it writes ONNX's LSTM nodes, which are slower on many beats than the single nodes written here,
see `ecg_anomaly.network.onnx.onnx_lstm`. A test compares this graph with Keras for every form of
network.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras
import onnx

from ecg_anomaly.network.onnx.onnx_lstm import write_lstm
from ecg_anomaly.network.onnx.onnx_writer import OnnxWriter, Value


def export_network(network: keras.Model, folder: str | Path) -> None:
    """Write ``network.onnx`` for scoring and ``network.weights.h5`` for going on training.

    Parameters
    ----------
    network : keras.Model
        Trained, of `ecg_anomaly.network.networks.build_network`.
    folder : str or Path
        An existing folder.

    Notes
    -----
    The same weights give the same bytes, in every process.
    """
    root = Path(folder)
    network.save_weights(root / "network.weights.h5")
    written = write_network(network).SerializeToString(deterministic=True)
    (root / "network.onnx").write_bytes(written)


def write_network(network: keras.Model) -> onnx.ModelProto:
    """Turn a network of `ecg_anomaly.network.networks.build_network` into an ONNX model.

    Parameters
    ----------
    network : keras.Model
        Trained. Dropout, which is silent when scoring, has no nodes.

    Returns
    -------
    onnx.ModelProto
        With the inputs and outputs of the network, under their names. The same weights give the
        same bytes, in every process.
    """
    graph = OnnxWriter()
    inputs: dict[str, Sequence[int]] = {t.name: t.shape[1:] for t in network.inputs}
    write = _write_decoder if "decoder" in _layers(network) else _write_classes
    outputs = write(graph, network, _encode(graph, network))
    return graph.finish(inputs, outputs)


def _encode(graph: OnnxWriter, network: keras.Model) -> Value:
    """Write the LSTM layers up to the last state, see `ecg_anomaly.network.networks.encode`."""
    layers = _layers(network)
    n_steps, width = layers["folded"].target_shape
    steps = graph.split(graph.reshape("sequence", [n_steps * width]), [width] * n_steps)
    always = None
    if "features_at_every_step" in layers:
        always = Value("features", network.input["features"].shape[1])
    last = steps[-1]
    for name in [name for name in layers if name.startswith("encoder_")]:
        steps, last = _write_layer(graph, layers[name], steps, always)
        always = None
    return last


def _write_layer(
    graph: OnnxWriter, layer: Any, steps: Sequence[Value], always: Value | None
) -> tuple[list[Value], Value]:
    """Write a layer of one direction or two; return all its states, and the last one."""
    if not isinstance(layer, keras.layers.Bidirectional):
        states = write_lstm(graph, layer, steps, always)
        return states, states[-1]
    ahead = write_lstm(graph, layer.forward_layer, steps, always)
    back = write_lstm(graph, layer.backward_layer, steps, always, backwards=True)
    last = graph.join([ahead[-1], back[0]])
    if not layer.return_sequences:
        return [last], last
    return [graph.join(pair) for pair in zip(ahead, back, strict=True)], last


def _write_classes(
    graph: OnnxWriter, network: keras.Model, encoded: Value
) -> dict[str, Sequence[int]]:
    layers = _layers(network)
    latent = _dense(graph, layers["latent"], encoded)
    latent = Value(graph.add("Relu", [latent.name], "latent"), latent.width)
    classes = _dense(graph, layers["probability"], latent)
    graph.add("Softmax", [classes.name], "probability", axis=1)
    return {"latent": [latent.width], "probability": [classes.width]}


def _write_decoder(
    graph: OnnxWriter, network: keras.Model, encoded: Value
) -> dict[str, Sequence[int]]:
    layers = _layers(network)
    latent = _dense(graph, layers["latent"], encoded)
    n_steps, _ = layers["folded"].target_shape
    states = write_lstm(graph, layers["decoder"], [None] * n_steps, latent)
    samples = graph.join([_dense(graph, layers["samples"], state) for state in states])
    shape = network.input["sequence"].shape[1:]
    graph.reshape(samples.name, shape, "reconstruction")
    graph.add("Identity", [latent.name], "latent")
    return {"latent": [latent.width], "reconstruction": shape}


def _dense(graph: OnnxWriter, layer: Any, value: Value) -> Value:
    """Write a dense layer without its activation."""
    weights, bias = layer.get_weights()
    return graph.affine(value, weights, graph.constant(bias))


def _layers(network: keras.Model) -> dict[str, Any]:
    return {layer.name: layer for layer in network.layers}
