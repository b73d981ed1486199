"""Train the configured network from start to finish."""

from collections.abc import Callable
from pathlib import Path

from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.network.build_network import build_network
from ecg_anomaly.network.layers import InputShape
from ecg_anomaly.network.onnx.export import export_network, seed_everything
from ecg_anomaly.network.onnx.onnx_network import OnnxNetwork
from ecg_anomaly.network.scorer import BeatScorer, calibrate_scorer
from ecg_anomaly.network.trained_model import NETWORK, NetworkCard, write_scorer
from ecg_anomaly.network.training.augmentation import describe_layout
from ecg_anomaly.network.training.fit import fit_network
from ecg_anomaly.network.training.targets import choose_training_beats
from ecg_anomaly.records.beat_labels import AAMI_CLASSES


def train_scorer(
    train: BeatInputs,
    validation: BeatInputs,
    transform: FeatureTransform,
    config: PipelineConfig,
    folder: str | Path,
    report: Callable[[dict[str, float]], None],
) -> BeatScorer:
    """Train a network, export it, and calibrate what its outputs mean.

    Parameters
    ----------
    train, validation : BeatInputs
        Beats of different subjects.
    transform : FeatureTransform
        Says which feature is of which lead.
    config : PipelineConfig
        Model, training, and the window's sampling rate and leads.
    folder : str or Path
        An existing folder; gets network, weights, card and calibration.
    report : callable
        Receives each epoch.

    Returns
    -------
    BeatScorer
        Ready to score, through ONNX as the detector will.
    """
    kind = config.model.kind
    learnt = choose_training_beats(train, kind)
    checked = choose_training_beats(validation, kind, "validation")
    _, samples, channels = train.sequence.shape
    shape = InputShape(samples, channels, train.features.shape[1])
    n_leads = min(len(config.dataset.leads), channels)
    seed_everything(config.training.seed)
    network = build_network(config.model, shape, len(AAMI_CLASSES))
    layout = describe_layout(config.preprocess.fs, n_leads, transform)
    fit_network(network, learnt, checked, layout, config.training, report)
    export_network(network, folder)
    normal = train.select(train.presumed_normal)
    scorer = calibrate_scorer(kind, OnnxNetwork(Path(folder) / NETWORK), normal)
    size = network.count_params()
    card = NetworkCard(
        kind, shape.samples, shape.channels, shape.features, n_leads, size, list(AAMI_CLASSES)
    )
    write_scorer(folder, scorer, card)
    return scorer
