"""Names of workers: the machine and the process, which tell whether a worker still is there."""

import socket

import psutil


def worker_name(process: int) -> str:
    """Name a worker by machine and process."""
    return f"{socket.gethostname()}/{process}"


def is_gone(worker: str) -> bool:
    """Tell whether a worker was of this machine and its process is no more."""
    process = worker.rpartition("/")[2]
    mine = process.isdigit() and worker == worker_name(int(process))
    return mine and not psutil.pid_exists(int(process))
