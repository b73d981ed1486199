"""Log comparisons for drift to MLflow, a run each, so that their numbers show over time."""

import sqlite3
from collections.abc import Mapping
from typing import Any

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.tracking.store import check_reachable, tracking_uri

#: The experiment that the runs go to.
EXPERIMENT = "ecg-anomaly-drift"


def log_drift(measures: Mapping[str, Mapping[str, Any]], site: str, reference: str) -> str:
    """Log one comparison, in the store that ``$MLFLOW_TRACKING_URI`` names or the project's own.

    Parameters
    ----------
    measures : mapping
        Of each measure ``p``, ``distance``, ``subjects`` and ``drifts``.
    site, reference : str
        What was compared: tags of the run.

    Returns
    -------
    str
        The run.

    Raises
    ------
    UserError
        When the store cannot be reached.
    """
    uri = tracking_uri(None)
    try:
        check_reachable(uri)
    except (OSError, sqlite3.Error) as error:
        rule = f"the store {uri} does not answer ({error})"
        raise UserError("--track", rule, "check $MLFLOW_TRACKING_URI") from error
    import mlflow

    client = mlflow.MlflowClient(uri)
    experiment = client.get_experiment_by_name(EXPERIMENT)
    number = experiment.experiment_id if experiment else client.create_experiment(EXPERIMENT)
    run = client.create_run(number, tags={"site": site[:250], "reference": reference[:250]})
    name = run.info.run_id
    for measure, numbers in measures.items():
        client.log_metric(name, f"distance/{measure}", float(numbers["distance"]))
        client.log_metric(name, f"p/{measure}", float(numbers["p"]))
    drifting = sum(bool(numbers["drifts"]) for numbers in measures.values())
    client.log_metric(name, "measures_that_drift", float(drifting))
    client.set_terminated(name)
    return str(name)
