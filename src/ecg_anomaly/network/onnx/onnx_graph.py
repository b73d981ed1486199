"""Write trained Keras networks as one ONNX file, node by node.

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
from ecg_anomaly.network.scorer import HEADS


def export_networks(networks: Sequence[keras.Model], folder: str | Path) -> None:
    """Write ``network.onnx`` for scoring and the weights of each network for going on training.

    Parameters
    ----------
    networks : sequence of keras.Model
        Trained, of `ecg_anomaly.network.networks.build_network`; see `write_networks`.
    folder : str or Path
        An existing folder.

    Notes
    -----
    The same weights give the same bytes, in every process.
    """
    root = Path(folder)
    for number, network in enumerate(networks, 1):
        name = "network" if len(networks) == 1 else f"network_{number}"
        network.save_weights(root / f"{name}.weights.h5")
    written = write_networks(networks).SerializeToString(deterministic=True)
    (root / "network.onnx").write_bytes(written)


def write_networks(networks: Sequence[keras.Model]) -> onnx.ModelProto:
    """Turn networks of `ecg_anomaly.network.networks.build_network` into one ONNX model.

    Parameters
    ----------
    networks : sequence of keras.Model
        Trained; more than one are classifiers of equal inputs and outputs. Dropout, which is
        silent when scoring, has no nodes.

    Returns
    -------
    onnx.ModelProto
        With the inputs and outputs of the networks, under their names; of several networks each
        output has one more axis, the networks, after that of the beats. The same weights give the
        same bytes, in every process.
    """
    graph = OnnxWriter()
    inputs: dict[str, Sequence[int]] = {t.name: t.shape[1:] for t in networks[0].inputs}
    if "decoder" in _layers(networks[0]):
        return graph.finish(inputs, _write_decoder(graph, networks[0]))
    return graph.finish(inputs, _write_classes(graph, networks))


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


def _write_classes(graph: OnnxWriter, networks: Sequence[keras.Model]) -> dict[str, Sequence[int]]:
    written = [_write_classifier(graph, network) for network in networks]
    return {name: _stack(graph, name, [one[name] for one in written]) for name in written[0]}


def _write_classifier(graph: OnnxWriter, network: keras.Model) -> dict[str, Value]:
    """Write one classifier; return its outputs by their names."""
    layers = _layers(network)
    latent = _dense(graph, layers["latent"], _encode(graph, network))
    latent = Value(graph.add("Relu", [latent.name]), latent.width)
    outputs = {"latent": latent}
    for name in [name for name in HEADS if name in layers]:
        classes = _dense(graph, layers[name], latent)
        outputs[name] = Value(graph.add("Softmax", [classes.name], axis=1), classes.width)
    return outputs


def _stack(graph: OnnxWriter, name: str, values: Sequence[Value]) -> Sequence[int]:
    """Give an output its name; several values become rows of it. Return its shape."""
    if len(values) == 1:
        graph.add("Identity", [values[0].name], name)
        return [values[0].width]
    shape = [len(values), values[0].width]
    graph.reshape(graph.join(values).name, shape, name)
    return shape


def _write_decoder(graph: OnnxWriter, network: keras.Model) -> dict[str, Sequence[int]]:
    layers = _layers(network)
    latent = _dense(graph, layers["latent"], _encode(graph, network))
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
