import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking.drift_runs import EXPERIMENT, log_drift


@pytest.mark.slow
def test_each_comparison_is_a_run_of_one_experiment(project, client) -> None:
    measured = {"noise_mv": {"p": 0.001, "distance": 0.7, "subjects": 40, "drifts": True}}
    names = {log_drift(measured, "site", "reference") for _ in range(2)}
    experiment = client.get_experiment_by_name(EXPERIMENT)
    runs = client.search_runs([experiment.experiment_id])
    assert {run.info.run_id for run in runs} == names
    assert runs[0].data.metrics == {
        "distance/noise_mv": 0.7, "p/noise_mv": 0.001, "measures_that_drift": 1.0,
    }  # fmt: skip
    assert runs[0].data.tags["site"] == "site"


def test_a_store_that_does_not_answer_is_one_line(monkeypatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    with pytest.raises(UserError, match="does not answer"):
        log_drift({}, "site", "reference")
