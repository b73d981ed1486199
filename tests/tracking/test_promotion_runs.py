"""The MLflow run of a promotion: data set with digest, figures of both, table."""

from pathlib import Path

import pytest

from default_config import tracking_config
from ecg_anomaly.evaluation.promotion.gate import BROKEN, NOT_MEASURED, GateRow
from ecg_anomaly.evaluation.promotion.promotion_decision import decide_promotion
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking.promotion_runs import FILE, log_promotion

NAN = float("nan")
ROWS = (
    GateRow("f1", 0.5, 0.25, -0.3, -0.2, 0.02, BROKEN),
    GateRow("sveb_sensitivity", NAN, NAN, NAN, NAN, 0.02, NOT_MEASURED),
)
DECISION = decide_promotion(ROWS, "2 recordings", "ab" * 32)


def log(client, decision=DECISION) -> str:
    data = ("simulated", "data/records")
    return log_promotion(client, tracking_config(), decision, "2", "1", "the table", data)


def test_the_run_has_what_the_decision_was_made_on(client, project: Path):
    run = client.get_run(log(client))
    assert run.info.status == "FINISHED"
    assert run.data.metrics == {"champion/f1": 0.5, "challenger/f1": 0.25}
    assert run.data.params == {"challenger": "2", "champion": "1"}
    assert run.data.tags["promotion"] == "refused"
    [given] = run.inputs.dataset_inputs
    assert given.dataset.name == "simulated test subjects"
    assert run.data.tags["dataset.sha256"] == DECISION.digest
    assert [f.path for f in client.list_artifacts(run.info.run_id)] == [FILE]
    assert next(project.rglob(FILE)).read_text() == "the table"


def test_without_comparison_there_is_no_data_set(client):
    run = client.get_run(log(client, decide_promotion((), "without", "", "a reason")))
    assert not run.inputs.dataset_inputs
    assert run.data.metrics == {}


def test_a_decision_without_its_record_is_none(client, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(client, "log_text", fail)
    with pytest.raises(UserError, match="could not be logged"):
        log(client)
