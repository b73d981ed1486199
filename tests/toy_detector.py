"""A detector made in a second without Keras: real preprocessing, a network of two ONNX nodes."""

from dataclasses import fields
from functools import cache
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper

from default_config import simulation_config
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.detector.package import write_detector
from ecg_anomaly.evaluation.threshold.thresholds import (
    ALONE,
    TOGETHER,
    tabulate_scores,
    threshold_for_level,
)
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.describe import describe_record
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.features.split_inputs import assemble_inputs
from ecg_anomaly.files.atomic import write_arrays, write_json
from ecg_anomaly.network.onnx.onnx_network import OnnxNetwork
from ecg_anomaly.network.scorer import calibrate_scorer
from ecg_anomaly.network.trained_model import NETWORK, NetworkCard, write_scorer
from ecg_anomaly.network.training.input_layout import keep_first_lead
from ecg_anomaly.records.beat_labels import AAMI_CLASSES
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.simulation.simulated_records import simulate_records

KIND = "lstm_autoencoder"


@cache
def toy_records() -> tuple[Record, ...]:
    """Four simulated subjects, a minute each, two leads at 360 Hz, labelled."""
    config = simulation_config(n_subjects=4, duration_s=60.0, fs=360.0, seed=7)
    return tuple(simulate_records(config))


def write_toy_detector(folder: Path, config: PipelineConfig) -> Path:
    """Fit calibration and threshold on the toy records; package them in `folder`/model."""
    columns = np.arange(4)
    transform = FeatureTransform(tuple("abcd"), columns, np.zeros(4), np.full(4, 0.5))
    inputs = _inputs(config, transform)
    training, threshold = folder / "training", folder / "threshold"
    training.mkdir(parents=True)
    samples, channels = inputs.sequence.shape[1:]
    write_toy_network(training / NETWORK, samples, channels)
    rows = np.flatnonzero(inputs.presumed_normal)
    kept, normal = inputs.select(rows[::2]), inputs.select(rows[1::2])
    scorer = calibrate_scorer(KIND, OnnxNetwork(training / NETWORK), kept)
    k, n_leads = inputs.features.shape[1], len(config.dataset.leads)
    card = NetworkCard(KIND, samples, channels, k, n_leads, 0, list(AAMI_CLASSES), 1)
    write_scorer(training, scorer, card)
    table = tabulate_scores(scorer.score(normal))
    alone = tabulate_scores(scorer.score(keep_first_lead(normal, transform, n_leads)))
    write_arrays(threshold / "normal_scores.npz", {TOGETHER: table, ALONE: alone})
    chosen = {"value": threshold_for_level(table, 0.98), "trials": [{"level": 0.98}]}
    write_json(threshold / "threshold.json", chosen)
    write_detector(folder / "model", training, threshold, transform, config, None)
    return folder / "model"


def _inputs(config: PipelineConfig, transform: FeatureTransform) -> BeatInputs:
    splits, window = [], BeatWindow.from_config(config.preprocess)
    for record in toy_records():
        beats, _ = cut_beats(record, config.dataset, config.preprocess)
        described, _ = describe_record(beats, config.features, window)
        splits.append(assemble_inputs(beats, described, transform, beats.readable))
    return BeatInputs(
        **{f.name: np.concatenate([getattr(s, f.name) for s in splits]) for f in fields(BeatInputs)}
    )


def write_toy_network(path: Path, samples: int, channels: int) -> None:
    """Redraw a beat at nine tenths of its height; the latent vector is its middle sample.

    A mean over time would be rounded by how many beats are given at once.
    """
    sequence = helper.make_tensor_value_info(
        "sequence", TensorProto.FLOAT, ["n", samples, channels]
    )
    redrawn = helper.make_tensor_value_info(
        "reconstruction", TensorProto.FLOAT, ["n", samples, channels]
    )
    latent = helper.make_tensor_value_info("latent", TensorProto.FLOAT, ["n", channels])
    tenths = helper.make_tensor("tenths", TensorProto.FLOAT, [], [0.9])
    middle = helper.make_tensor("middle", TensorProto.INT64, [], [samples // 2])
    nodes = [
        helper.make_node("Mul", ["sequence", "tenths"], ["reconstruction"]),
        helper.make_node("Gather", ["sequence", "middle"], ["latent"], axis=1),
    ]
    graph = helper.make_graph(nodes, "toy", [sequence], [redrawn, latent], [tenths, middle])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(model, path)
