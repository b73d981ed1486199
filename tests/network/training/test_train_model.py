"""Stage `train`: a network in files, its history, and the cached scores of the validation beats."""

import json

import numpy as np
import pytest

from ecg_anomaly.network.beat_scores import read_scores
from ecg_anomaly.network.trained_model import read_scorer
from ecg_anomaly.network.training.input_layout import keep_first_lead
from stage_inputs import TRANSFORM, run_stage, write_features

WRITTEN = {
    "network.onnx", "network.weights.h5", "network.json", "calibration.npz", "history.json",
    "history.csv", "validation_scores.npz", "first_lead_scores.npz",
}  # fmt: skip


@pytest.mark.slow
def test_the_folder_scores_as_the_cached_scores_say(make_inputs, tmp_path):
    validation = make_inputs(40, seed=1)
    validation.synthetic[::8] = "anomaly"
    train = make_inputs(120)
    train.synthetic[3::8] = "anomaly"
    write_features(tmp_path, {"train": train, "validation": validation})
    done = run_stage(
        "train_model", tmp_path, "training.epochs=2", "model.units=4", "model.samples_per_step=4"
    )
    assert done.returncode == 0, done.stderr
    assert "epoch 2/2: " in done.stderr
    folder = tmp_path / "data/training"
    assert {path.name for path in folder.iterdir()} == WRITTEN
    assert [row["epoch"] for row in json.loads((folder / "history.json").read_text())] == [1, 2]
    scorer, card = read_scorer(folder)
    recorded = validation.select(validation.recorded)
    alone = keep_first_lead(recorded, TRANSFORM, card.n_leads)
    for name, inputs in (("validation", recorded), ("first_lead", alone)):
        scores = read_scores(folder / f"{name}_scores.npz")
        np.testing.assert_array_equal(scores.score, scorer.score(inputs))
        np.testing.assert_array_equal(scores.sample, inputs.sample)
