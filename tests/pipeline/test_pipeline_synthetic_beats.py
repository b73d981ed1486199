"""Synthetic beats of a finished pipeline: in training and validation, never in the test split."""

from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.features.beat_inputs import concatenate_inputs, read_inputs
from ecg_anomaly.network.beat_scores import read_scores

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("split", "has_some"), [("train", 1), ("validation", 1), ("test", 0)])
def test_every_split_but_the_test_split_has_synthetic_beats(
    clone: Path, split: str, has_some: int
) -> None:
    inputs = read_inputs(clone / f"data/features/{split}.npz")
    assert inputs.recorded.any()
    assert (~inputs.recorded).any() == has_some


def test_scores_for_the_threshold_are_of_recorded_beats_alone(clone: Path) -> None:
    features = clone / "data/features"
    splits = [read_inputs(features / f"{split}.npz") for split in ("train", "validation")]
    inputs = concatenate_inputs(splits)  # with folds, every subject is once left out
    recorded = inputs.select(inputs.recorded)
    scores = read_scores(clone / "data/training/validation_scores.npz")
    for name in ("record", "sample", "aami"):
        np.testing.assert_array_equal(getattr(scores, name), getattr(recorded, name))
