"""A row for each kernel and seed; a pipeline that fails is said in a line."""

import subprocess

import pytest

from ecg_anomaly.files.errors import UserError
from lab import seed_spread
from pipeline_copy import ROOT

METRICS = {
    "detector": {
        "f1": 0.9, "precision": 0.8, "recall": 0.7, "auroc": 0.6, "average_precision": 0.5,
    },
    "false_alarm_rate": {"stated": 0.02, "realised": 0.0123},
    "best_baseline": {"f1": 0.4},
}  # fmt: skip


def test_a_row_has_as_many_columns_as_the_head():
    table = seed_spread.tabulate_seeds([("as they are", 3, METRICS)]).splitlines()
    assert {line.count("|") for line in table} == {10}
    assert table[-1].startswith("| as they are | 3 | 0.900 | 0.800 | 0.700 | 0.600 | 0.500 | 0.012")


def test_kernels_and_seed_reach_the_pipeline(tmp_path, monkeypatch):
    seen = []

    def run(command, **options):
        seen.append((command, options["env"]))
        (tmp_path / "data/report").mkdir(parents=True, exist_ok=True)
        (tmp_path / "data/report/metrics.json").write_text('{"a": 1}')
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", run)
    kernels = seed_spread.KERNELS["older processor"]
    assert seed_spread.measure_seed(tmp_path, 4, kernels, ["model.units=9"]) == {"a": 1}
    (compose, first), (reproduce, second) = seen
    assert {"training.seed=4", "model.units=9"} <= set(compose)
    assert reproduce[1:] == ["repro", "--no-run-cache", "evaluate"]
    for environment in (first, second):
        assert environment["TF_ENABLE_ONEDNN_OPTS"] == "0"
        assert environment["PYTHONPATH"] == str(tmp_path / "src")


def test_a_pipeline_that_fails_is_named_with_its_last_line(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src/compose_params.py").write_text("raise SystemExit('error: no such key')")
    with pytest.raises(UserError, match="no such key"):
        seed_spread.measure_seed(tmp_path, 1, {}, [])


def test_the_page_has_the_marks():
    text = (ROOT / "docs" / seed_spread.PAGE).read_text()
    assert text.count(seed_spread.BEGIN) == text.count(seed_spread.END) == 1
