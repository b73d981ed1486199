"""A real MLflow server for a test."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import requests

#: Nothing here asks the server for jobs; the eight processes that it starts for them take longer
#: to come up than the server itself.
WITHOUT_JOBS = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_server(folder: Path, store: str) -> tuple[str, "subprocess.Popen[bytes]"]:
    """Start a server that keeps runs in a store and artifacts in a folder; wait until it answers.

    Returns its address and its process, which leads a group of its own.
    """
    uri = f"http://127.0.0.1:{free_port()}"
    command = [
        sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--workers", "1",
        "--port", uri.rpartition(":")[2], "--backend-store-uri", store,
        "--artifacts-destination", str(folder / "kept"),
    ]  # fmt: skip
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **WITHOUT_JOBS}, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + 180
    while not healthy(uri):
        assert process.poll() is None, (folder / "server.log").read_text()[-2000:]
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return uri, process


def healthy(uri: str) -> bool:
    try:
        return requests.get(f"{uri}/health", timeout=2).ok
    except requests.RequestException:
        return False


def stop_server(process: "subprocess.Popen[bytes]") -> None:
    """Kill a server and its workers, if it has not ended."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
