"""Stage `tune_threshold`: the threshold, where it comes from, and tables to choose another one."""

import json

import numpy as np
import pytest

from ecg_anomaly.evaluation.threshold.thresholds import (
    ALONE,
    TOGETHER,
    decide,
    tabulate_scores,
    threshold_for_level,
)
from ecg_anomaly.files.array_tables import write_array_table
from ecg_anomaly.files.data_files import read_arrays
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.network.beat_scores import attach_scores
from stage_inputs import run_stage, write_features


def test_the_threshold_and_its_tables_are_written(make_inputs, tmp_path):
    inputs = make_inputs(400)
    score = np.random.default_rng(0).normal(size=400) + 4 * inputs.anomalous
    write_features(tmp_path, {})
    (tmp_path / "data/training").mkdir()
    for name, values in (("validation", score), ("first_lead", score / 2)):
        path = tmp_path / f"data/training/{name}_scores.npz"
        write_array_table(path, attach_scores(values, inputs))
    done = run_stage(
        "tune_threshold", tmp_path, "threshold.n_trials=10", "threshold.false_alarm_rate=0.05"
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "data/threshold/threshold.json").read_text())
    normal = score[~inputs.anomalous]
    rate = decide(normal, found["value"]).mean()
    assert rate == pytest.approx(found["validation_false_alarm_rate"])
    assert rate == pytest.approx(0.05, abs=0.03)
    assert f"flags {rate:.2%} of normal validation beats" in done.stdout
    source = file_sha256(tmp_path / "data/training/validation_scores.npz")
    subjects = sorted(set(inputs.subject.tolist()))
    assert found["read_from"] == {"subjects": subjects, "scores_sha256": source}
    tables = read_arrays(tmp_path / "data/threshold/normal_scores.npz")
    np.testing.assert_array_equal(tables[TOGETHER], tabulate_scores(normal))
    half = threshold_for_level(tables[TOGETHER], 0.9) / 2
    assert threshold_for_level(tables[ALONE], 0.9) == pytest.approx(half)
