"""Where MLflow keeps its runs: the store, the experiment, and runs that a killed process left."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import requests

from ecg_anomaly.config.pipeline_schema import TrackingConfig

#: Seconds to wait for a server before the pipeline continues without it.
TIMEOUT_S = 5

#: Tag with the number of the process that writes a run; MLflow's own tag for the run above it.
PROCESS, PARENT = "ecg_anomaly.process", "mlflow.parentRunId"

#: The line above the list of runs.
EXPERIMENT_TAGS = {
    "mlflow.note.content": "LSTM detectors of abnormal heartbeats, one run per pipeline run. "
    "Not a medical device.",
}


def project_root() -> Path:
    """Folder of the main checkout, also inside the copies that `dvc exp run --temp` makes."""
    return Path(os.environ.get("DVC_ROOT", ".")).resolve()


def tracking_uri(configured: str | None) -> str:
    """Return the configured store, that of ``$MLFLOW_TRACKING_URI``, or the project's database."""
    local = f"sqlite:///{project_root() / 'mlflow.db'}"
    return configured or os.environ.get("MLFLOW_TRACKING_URI") or local


def artifact_location(uri: str) -> str | None:
    """Folder of plots and models for a database of our own; a server has its own."""
    return (project_root() / "mlartifacts").as_uri() if uri.startswith("sqlite") else None


def check_reachable(uri: str) -> None:
    """Fail fast when a store does not answer: MLflow's own retries take minutes.

    Raises
    ------
    OSError
        When the server cannot be reached in `TIMEOUT_S` or does not call itself healthy.
    sqlite3.Error
        When the database file cannot be opened for writing.
    """
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", str(2 * TIMEOUT_S))
    if uri.startswith("http"):
        requests.get(f"{uri.rstrip('/')}/health", timeout=TIMEOUT_S).raise_for_status()
    elif uri.startswith("sqlite:///"):
        path = uri.removeprefix("sqlite:///").split("?")[0]
        with closing(sqlite3.connect(path, timeout=TIMEOUT_S)) as database:
            database.execute("BEGIN IMMEDIATE")


def experiment_id(client: Any, config: TrackingConfig) -> str:
    """Return the number of the configured experiment; it is created when it is absent."""
    name = config.experiment
    found = client.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    location = artifact_location(tracking_uri(config.uri))
    return str(client.create_experiment(name, location, tags=EXPERIMENT_TAGS))


def end_abandoned(client: Any, experiment: str) -> None:
    """End runs of this machine whose process is gone, because it was killed."""
    import psutil

    for run in client.search_runs([experiment], "attributes.status = 'RUNNING'"):
        process = run.data.tags.get(PROCESS, "")
        if process.isdigit() and not psutil.pid_exists(int(process)):
            client.set_terminated(run.info.run_id, "KILLED")


def git_commit() -> str:
    """Return the commit that is checked out, ``"unknown"`` outside a repository."""
    command = ["git", "rev-parse", "HEAD"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return answer.stdout.strip()
