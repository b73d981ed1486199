"""Synthetic beats of a finished pipeline: in training and validation, never in the test split."""

from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.features.beat_inputs import BeatInputs
from ecg_anomaly.files.array_tables import concatenate_tables, read_array_table
from ecg_anomaly.network.beat_scores import BeatScores

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("split", "has_some"), [("train", 1), ("validation", 1), ("test", 0)])
def test_every_split_but_the_test_split_has_synthetic_beats(
    clone: Path, split: str, has_some: int
) -> None:
    inputs = read_array_table(clone / f"data/features/{split}.npz", BeatInputs)
    assert inputs.recorded.any()
    assert (~inputs.recorded).any() == has_some


def test_scores_for_the_threshold_are_of_recorded_beats_alone(clone: Path) -> None:
    features = clone / "data/features"
    splits = [
        read_array_table(features / f"{split}.npz", BeatInputs) for split in ("train", "validation")
    ]
    inputs = concatenate_tables(splits)  # with folds, every subject is once left out
    recorded = inputs.select(inputs.recorded)
    scores = read_array_table(clone / "data/training/validation_scores.npz", BeatScores)
    for name in ("record", "sample", "aami"):
        np.testing.assert_array_equal(getattr(scores, name), getattr(recorded, name))
