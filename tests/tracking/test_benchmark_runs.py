import pytest

from default_config import pipeline_config
from ecg_anomaly.tracking.benchmark_runs import flatten_metrics, start_benchmark
from ecg_anomaly.tracking.store import PARENT
from lab.benchmark.benchmark_schema import BenchmarkRunConfig


def benchmark_config():
    return BenchmarkRunConfig(**vars(pipeline_config()))


def test_each_training_is_a_child_of_the_benchmark(runs):
    with start_benchmark(benchmark_config(), "inter_patient") as log:
        for seed in (1, 2):
            with log.child(f"fold {seed}", {"seed": str(seed)}) as child:
                child.log_epoch({"epoch": 1.0, "loss": 0.5})
    parent, *children = runs()
    assert parent.data.tags["benchmark"] == "inter_patient"
    assert parent.data.params["benchmark.protocol"] == "inter_patient"
    assert [run.data.tags[PARENT] for run in children] == [parent.info.run_id] * 2
    assert [list(run.data.metrics.values()) for run in children] == [[0.5], [0.5]]
    assert {run.info.status for run in (parent, *children)} == {"FINISHED"}


def test_a_failed_training_fails_its_run_and_the_benchmark(runs):
    with (
        pytest.raises(RuntimeError),
        start_benchmark(benchmark_config(), "inter_patient") as log,
        log.child("f", {}),
    ):
        raise RuntimeError
    assert [run.info.status for run in runs()] == ["FAILED", "FAILED"]


def test_a_store_that_is_away_costs_one_warning_and_no_number(project, capsys):
    config = benchmark_config()
    config.tracking.uri = f"sqlite:///{project}/no/such/folder/mlflow.db"
    done = []
    with start_benchmark(config, config.benchmark.protocol) as log:
        for seed in (1, 2):
            with log.child(f"fold {seed}", {}) as child:
                child.log_epoch({"epoch": 1.0, "loss": 0.5})
                done.append(seed)
    assert done == [1, 2]
    assert capsys.readouterr().err.count("warning: not logged to MLflow") == 1


def test_figures_are_named_by_their_path():
    figures = {"a": {"mean": 1.0, "sd": None}, "n": 2, "rows": [1], "yes": True}
    assert flatten_metrics("x", figures) == {"x_a_mean": 1.0, "x_n": 2.0}
