"""Stage `score_baselines`: every baseline scores the recorded beats of validation and test."""

import numpy as np

from ecg_anomaly.evaluation.baselines import VALIDATION_NORMAL
from ecg_anomaly.files.data_files import read_arrays
from stage_inputs import run_stage, write_features

FITTED = {"pca_reconstruction", "nearest_neighbour", "isolation_forest"}
RULES = {"rule_a", "rule_b", "rule_c"}


def test_each_recorded_beat_of_both_splits_gets_a_score_of_each_baseline(make_inputs, tmp_path):
    test = make_inputs(30, seed=2)
    test.synthetic[:10] = "anomaly"
    splits = {"train": make_inputs(120), "validation": make_inputs(40, seed=1), "test": test}
    write_features(tmp_path, splits)
    done = run_stage("score_baselines", tmp_path, "baselines.trees=10")
    assert done.returncode == 0, done.stderr
    scores = read_arrays(tmp_path / "data/baselines/scores.npz")
    normal = scores.pop(VALIDATION_NORMAL)
    np.testing.assert_array_equal(normal, splits["validation"].presumed_normal)
    assert set(scores) == {f"{s}.{name}" for s in ("validation", "test") for name in FITTED | RULES}
    assert {len(score) for name, score in scores.items() if name.startswith("test.")} == {20}
    assert all(np.isfinite(score).all() for score in scores.values())


def test_without_normal_training_beats_the_stage_ends_in_one_line(make_inputs, tmp_path):
    write_features(tmp_path, {"train": make_inputs(20, aami="V")})
    done = run_stage("score_baselines", tmp_path)
    assert done.returncode == 1
    assert "error: dataset.split: no normal beats to fit the baselines on" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data/baselines/scores.npz").exists()
