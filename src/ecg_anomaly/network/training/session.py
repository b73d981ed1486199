"""One training from beats to a scorer: prepare the network, fit it, export and calibrate it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras

from ecg_anomaly.config.pipeline_schema import ModelConfig, PipelineConfig, TrainingConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.network.input_shape import InputShape, shape_of_beats
from ecg_anomaly.network.keras_network import seed_everything
from ecg_anomaly.network.networks import build_network
from ecg_anomaly.network.onnx.onnx_graph import export_networks
from ecg_anomaly.network.onnx.onnx_network import OnnxNetwork
from ecg_anomaly.network.scorer import BeatScorer, calibrate_scorer
from ecg_anomaly.network.trained_model import NETWORK, NetworkCard, write_scorer
from ecg_anomaly.network.training.epoch_log import Epoch
from ecg_anomaly.network.training.fit import fit_network
from ecg_anomaly.network.training.input_layout import InputLayout, describe_layout
from ecg_anomaly.network.training.targets import TrainingBeats, choose_training_beats
from ecg_anomaly.records.beat_labels import AAMI_CLASSES


@dataclass(frozen=True)
class Training:
    """An untrained network, and everything that its training needs but the validation beats.

    Attributes
    ----------
    network : keras.Model
        Trained in place by `fit`.
    shape : InputShape
        Shape of one beat.
    layout : InputLayout
        Which channels and features are of which lead.
    beats : TrainingBeats
        What the network learns from.
    config : TrainingConfig
        Optimisation and augmentation.
    """

    network: keras.Model
    shape: InputShape
    layout: InputLayout
    beats: TrainingBeats
    config: TrainingConfig

    def fit(
        self,
        validation: TrainingBeats | None,
        report: Callable[[Epoch], None],
        keep_last: bool = False,
    ) -> list[Epoch]:
        """Train the network; see `ecg_anomaly.network.training.fit.fit_network`."""
        return fit_network(
            self.network, self.beats, validation, self.layout, self.config, report, keep_last
        )


def prepare_training(
    train: BeatInputs,
    transform: FeatureTransform,
    *,
    model: ModelConfig,
    training: TrainingConfig,
    fs: float,
    n_leads: int,
) -> Training:
    """Choose the beats to learn from and build the network, all random numbers seeded.

    Networks of earlier trainings in this process are dropped from Keras's global state, so that
    many trainings in a row do not fill the memory.

    Parameters
    ----------
    train : BeatInputs
        Beats of the training split.
    transform : FeatureTransform
        Says which feature is of which lead.
    model : ModelConfig
        Kind and sizes of the network.
    training : TrainingConfig
        Seed, optimisation and augmentation.
    fs : float
        Sampling rate of the window in Hz.
    n_leads : int
        Leads of the data set; no more than the beats have channels are used.

    Raises
    ------
    UserError
        When there is nothing to learn from, or the window is no multiple of
        ``model.samples_per_step``.
    """
    beats = choose_training_beats(train, model.kind)
    shape = shape_of_beats(train)
    layout = describe_layout(fs, min(n_leads, shape.channels), transform)
    keras.utils.clear_session()
    seed_everything(training.seed)
    network = build_network(model, shape, len(AAMI_CLASSES))
    return Training(network, shape, layout, beats, training)


def train_scorer(
    train: BeatInputs,
    validation: BeatInputs,
    transform: FeatureTransform,
    config: PipelineConfig,
    folder: str | Path,
    report: Callable[[Epoch], None],
) -> BeatScorer:
    """Train a network, export it, and calibrate what its outputs mean.

    The best epoch by the validation beats is kept; the last one where ``config.training.folds``
    says that the network is one of several.

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
    prepared = prepare_training(
        train,
        transform,
        model=config.model,
        training=config.training,
        fs=config.preprocess.fs,
        n_leads=len(config.dataset.leads),
    )
    # One of several folds: its validation subjects are to be scored as by a network that they did
    # not choose, see `ecg_anomaly.network.training.cross_fitting`.
    keep_last = config.training.folds > 1
    prepared.fit(choose_training_beats(validation, kind, "validation"), report, keep_last)
    return write_training(folder, kind, [prepared], train)


def write_training(
    folder: str | Path, kind: str, trained: Sequence[Training], train: BeatInputs
) -> BeatScorer:
    """Write trained networks as one detector: network, weights, card and calibration.

    Parameters
    ----------
    folder : str or Path
        An existing folder.
    kind : str
        Kind of the networks.
    trained : sequence of Training
        Networks of one shape; their scores will be averaged.
    train : BeatInputs
        What they learned from; its normal beats calibrate an autoencoder.

    Returns
    -------
    BeatScorer
        Ready to score, through ONNX as the detector will.
    """
    networks = [training.network for training in trained]
    export_networks(networks, folder)
    normal = train.select(train.presumed_normal)
    scorer = calibrate_scorer(kind, OnnxNetwork(Path(folder) / NETWORK), normal)
    shape = trained[0].shape
    card = NetworkCard(
        kind=kind,
        samples=shape.samples,
        channels=shape.channels,
        features=shape.features,
        n_leads=trained[0].layout.n_leads,
        parameters=sum(network.count_params() for network in networks),
        classes=list(AAMI_CLASSES),
        networks=len(networks),
    )
    write_scorer(folder, scorer, card)
    return scorer
