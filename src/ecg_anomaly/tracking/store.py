"""Where MLflow keeps its runs, and whether it can be reached."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import requests

#: Seconds to wait for a server before the pipeline continues without it.
TIMEOUT_S = 5


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


def git_commit() -> str:
    """Return the commit that is checked out, ``"unknown"`` outside a repository."""
    command = ["git", "rev-parse", "HEAD"]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return answer.stdout.strip()
