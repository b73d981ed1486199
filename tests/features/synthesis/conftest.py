"""Beats of four simulated subjects in context, made once; nothing here may be changed."""

from dataclasses import dataclass

import numpy as np
import pytest

from default_config import dataset_config, features_config, preprocess_config
from ecg_anomaly.beats.beat_set import BeatSet
from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.features.beat_context import BeatsInContext
from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.features.describe import describe_beats, name_features
from ecg_anomaly.features.selection import FeatureTransform, select_features
from ecg_anomaly.features.split_inputs import assemble_inputs
from ecg_anomaly.files.array_tables import concatenate_tables

FEATURES, PREPROCESS = features_config(history_s=30.0), preprocess_config()
WINDOW = BeatWindow.from_config(PREPROCESS)


@dataclass(frozen=True)
class Split:
    """Recorded beats of one split in every form."""

    beats: BeatSet
    context: BeatsInContext
    inputs: BeatInputs
    transform: FeatureTransform

    @property
    def normal(self) -> BeatsInContext:
        return self.context.select(self.inputs.aami == "N")


@pytest.fixture(scope="session")
def split(simulated_records) -> Split:
    cut = [cut_beats(record, dataset_config(), PREPROCESS)[0] for record in simulated_records[4:8]]
    beats = concatenate_tables(cut)
    described, context = describe_beats(beats, FEATURES, WINDOW)
    rows = np.flatnonzero(beats.readable)
    names = name_features(beats.waveform.shape[2])
    transform, _ = select_features(described.values[rows], names, None, FEATURES.selection)
    inputs = assemble_inputs(beats, described, transform, rows)
    assert {"N", "S", "V"} <= set(inputs.aami)
    return Split(beats, context.select(rows), inputs, transform)


@pytest.fixture(scope="session")
def time_s() -> np.ndarray:
    """Time of each sample of a window from the R peak."""
    return WINDOW.time_s
