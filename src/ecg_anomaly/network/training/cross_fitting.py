"""Train one network for each fold of subjects, and score each subject by the one without it.

The networks together are the detector. Threshold and calibration are chosen on the scores of
subjects by the network that has not seen them (cross-fitting): every training subject counts, and
none with a score that was fitted to it.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.beats.splits.subject_folds import assign_folds
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.selection import FeatureTransform
from ecg_anomaly.files.array_tables import concatenate_tables
from ecg_anomaly.network.onnx.onnx_graph import export_networks
from ecg_anomaly.network.onnx.onnx_network import OnnxNetwork
from ecg_anomaly.network.scorer import BeatScorer
from ecg_anomaly.network.trained_model import NETWORK
from ecg_anomaly.network.training.epoch_log import EpochLog
from ecg_anomaly.network.training.input_layout import keep_first_lead
from ecg_anomaly.network.training.session import (
    Training,
    prepare_training,
    train_scorer,
    write_training,
)
from ecg_anomaly.network.training.targets import beats_of_network, choose_training_beats
from ecg_anomaly.records.cohort import database_of

#: Scores of the beats, and of the same beats with their first lead alone.
Scores = tuple[NDArray[np.float64], NDArray[np.float64]]


def train_detector(
    train: BeatInputs,
    validation: BeatInputs,
    transform: FeatureTransform,
    config: PipelineConfig,
    folder: str | Path,
    log: EpochLog,
) -> tuple[BeatInputs, Scores]:
    """Train a detector, and score the beats that its threshold is chosen by.

    Parameters
    ----------
    train, validation : BeatInputs
        Beats of different subjects. With ``config.training.folds`` above 1 all are learned from,
        see `cross_fit`; otherwise the second choose the best epoch of a single network.
    transform, config, folder, log
        As for `cross_fit`.

    Returns
    -------
    scored : BeatInputs
        Recorded beats: of all subjects with folds, otherwise those of `validation`.
    scores : tuple of (m,) float64
        Their scores by a network that has not seen their subject, on all leads and on the first.
    """
    if config.training.folds > 1:
        beats = concatenate_tables([train, validation])
        return beats.select(beats.recorded), cross_fit(beats, transform, config, folder, log)
    scorer = train_scorer(train, validation, transform, config, folder, log)
    scored = validation.select(validation.recorded)
    alone = keep_first_lead(scored, transform, len(config.dataset.leads))
    return scored, (scorer.score(scored), scorer.score(alone))


def cross_fit(
    beats: BeatInputs,
    transform: FeatureTransform,
    config: PipelineConfig,
    folder: str | Path,
    log: EpochLog,
) -> Scores:
    """Train ``config.training.folds`` networks, and write them as one detector.

    Parameters
    ----------
    beats : BeatInputs
        Recorded and synthetic beats of all subjects that may be learned from, and those of noisy
        copies, which not every network learns from, see `beats_of_network`.
    transform : FeatureTransform
        Says which feature is of which lead.
    config : PipelineConfig
        Model, training, and the window's sampling rate and leads.
    folder : str or Path
        An existing folder; gets networks, weights, card and calibration.
    log : EpochLog
        Receives each epoch. All epochs are trained: which one is best for the subjects left out is
        shown and not used, as it would fit the network to them.

    Returns
    -------
    score, first_lead : (m,) float64
        Of each recorded beat, in their order, by the network that has not seen its subject.
    """
    n_leads = len(config.dataset.leads)
    recorded = beats.select(beats.recorded)
    score, alone = np.full(len(recorded), np.nan), np.full(len(recorded), np.nan)
    trained: list[Training] = []
    for number, subjects in enumerate(_folds(beats, config.training.folds)):
        log.begin_fold(number, config.training.folds)
        known = beats_of_network(beats, number)
        trained.append(_train(known, subjects, transform, config, log))
        out = np.isin(recorded.subject, subjects)
        left_out = recorded.select(out)
        run = _scorer(trained[-1].network, config.model.kind)
        score[out] = run(left_out)
        alone[out] = run(keep_first_lead(left_out, transform, n_leads))
    write_training(folder, config.model.kind, trained, recorded)
    return score, alone


def _folds(beats: BeatInputs, n_folds: int) -> list[list[str]]:
    database = np.array([database_of(name) for name in beats.record.tolist()])
    return assign_folds(beats.subject, beats.anomalous & beats.recorded, n_folds, database)


def _train(
    beats: BeatInputs,
    subjects: list[str],
    transform: FeatureTransform,
    config: PipelineConfig,
    log: EpochLog,
) -> Training:
    """Train a network on all subjects but the given ones."""
    out, kind = np.isin(beats.subject, subjects), config.model.kind
    prepared = prepare_training(
        beats.select(~out),
        transform,
        model=config.model,
        training=config.training,
        fs=config.preprocess.fs,
        n_leads=len(config.dataset.leads),
    )
    shown = choose_training_beats(beats.select(out), kind, "held-out")
    prepared.fit(shown, log, keep_last=True)
    return prepared


def _scorer(network: keras.Model, kind: str) -> Callable[[BeatInputs], NDArray[np.float64]]:
    """Score as the detector will: through ONNX."""
    with tempfile.TemporaryDirectory() as folder:
        export_networks([network], folder)
        return BeatScorer(kind, OnnxNetwork(Path(folder) / NETWORK), {}).score
