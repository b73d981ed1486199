"""Stage `train`: a network in files, its history, and the cached scores of the validation beats."""

import json
from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.features.beat_inputs import read_inputs
from ecg_anomaly.features.selection import read_transform
from ecg_anomaly.network.beat_scores import read_scores
from ecg_anomaly.network.trained_model import read_scorer
from ecg_anomaly.network.training.input_layout import keep_first_lead

pytestmark = pytest.mark.slow

WRITTEN = {
    "network.onnx", "network.weights.h5", "network.json", "calibration.npz", "history.json",
    "history.csv", "validation_scores.npz", "first_lead_scores.npz",
}  # fmt: skip


def test_the_folder_scores_as_the_cached_scores_say(clone: Path) -> None:
    folder, features = clone / "data/training", clone / "data/features"
    assert {path.name for path in folder.iterdir()} == WRITTEN
    validation = read_inputs(features / "validation.npz")
    assert set(validation.synthetic) >= {"", "anomaly"}
    scorer, card = read_scorer(folder)
    recorded = validation.select(validation.recorded)
    alone = keep_first_lead(recorded, read_transform(features / "transform.json"), card.n_leads)
    for name, inputs in (("validation", recorded), ("first_lead", alone)):
        scores = read_scores(folder / f"{name}_scores.npz")
        np.testing.assert_array_equal(scores.score, scorer.score(inputs))
        np.testing.assert_array_equal(scores.sample, inputs.sample)


def test_every_epoch_is_said_and_kept(clone: Path) -> None:
    history = json.loads((clone / "data/training/history.json").read_text())
    assert [row["epoch"] for row in history] == [1, 2]
    assert "epoch 2/2: " in (clone.parent / "said").read_text()
