"""Stage `train`: a network in files, its history, and the cached scores of the validation beats."""

import json
from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.array_tables import concatenate_tables, read_array_table
from ecg_anomaly.network.beat_scores import BeatScores
from ecg_anomaly.network.trained_model import read_scorer

pytestmark = pytest.mark.slow

WRITTEN = {
    "network.onnx", "network_1.weights.h5", "network_2.weights.h5", "network.json",
    "calibration.npz", "history.json", "history.csv", "validation_scores.npz",
    "first_lead_scores.npz",
}  # fmt: skip


def test_the_subjects_of_training_and_validation_are_scored_in_the_order_of_their_beats(
    clone: Path,
) -> None:
    folder, features = clone / "data/training", clone / "data/features"
    assert {path.name for path in folder.iterdir()} == WRITTEN
    assert read_scorer(folder)[1].networks == 2
    splits = [
        read_array_table(features / f"{name}.npz", BeatInputs) for name in ("train", "validation")
    ]
    beats = concatenate_tables(splits)
    recorded = beats.select(beats.recorded)
    for name in ("validation", "first_lead"):
        scores = read_array_table(folder / f"{name}_scores.npz", BeatScores)
        assert np.isfinite(scores.score).all()
        np.testing.assert_array_equal(scores.sample, recorded.sample)
        np.testing.assert_array_equal(scores.record, recorded.record)


def test_every_epoch_is_said_and_kept(clone: Path) -> None:
    history = json.loads((clone / "data/training/history.json").read_text())
    assert [row["epoch"] for row in history] == [1, 2]
    assert "fold 2/2, epoch 2/2: " in (clone.parent / "said").read_text()
