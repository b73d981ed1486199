"""The MLflow run of a promotion: its data set with digest, the figures of both, the table."""

from typing import Any

from ecg_anomaly.config.pipeline_schema import TrackingConfig
from ecg_anomaly.evaluation.promotion.promotion_decision import PromotionDecision
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking.store import experiment_id, git_commit
from ecg_anomaly.tracking.tracked_run import TrackedRun, ending

#: File of the table among the artifacts of the run.
FILE = "promotion.md"


def log_promotion(
    client: Any,
    config: TrackingConfig,
    decision: PromotionDecision,
    version: str,
    champion: str,
    text: str,
    data: tuple[str, str],
) -> str:
    """Log a decision as a run of the configured experiment.

    Parameters
    ----------
    client : mlflow.MlflowClient
    config : TrackingConfig
        Names the experiment.
    decision : PromotionDecision
    version, champion : str
        Numbers of the versions; ``""`` where there was no champion.
    text : str
        The decision as Markdown.
    data : (str, str)
        Name and place of the recordings.

    Returns
    -------
    str
        The run.

    Raises
    ------
    UserError
        When the data set could not be logged: a decision is not made without its record.
    """
    run = TrackedRun(client)
    against = f" against {champion}" if champion else ""
    tags = {"promotion": decision.result, "mlflow.source.git.commit": git_commit()}
    run.create(experiment_id(client, config), f"promotion of {version}{against}", tags)
    with ending(run):
        run.log_parameters({"challenger": version, "champion": champion or "none"})
        if decision.digest:
            run.log_dataset(f"{data[0]} test subjects", data[1], decision.digest)
        run.log_metrics(_name_metrics(decision))
        run.attempt(lambda: client.log_text(run.run_id, text, FILE))
    if run.client is None:
        raise UserError("tracking.uri", "the comparison could not be logged", "call it again")
    return run.run_id


def _name_metrics(decision: PromotionDecision) -> dict[str, float]:
    """Name the figures of both detectors, without those that are undefined."""
    named = {
        f"{who}/{row.figure}": getattr(row, who)
        for row in decision.rows
        for who in ("champion", "challenger")
    }
    return {name: value for name, value in named.items() if value == value}
