"""What takes long to make is made by one worker of pytest-xdist, and the others wait for it."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def make_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder that one worker of a run has filled. Nothing may be changed in it.

    Parameters
    ----------
    factory : pytest.TempPathFactory
        The fixture ``tmp_path_factory``.
    name : str
        Of the folder, in the temporary folder that all workers have in common.
    make : callable
        Fills the folder; called again, with an empty one, if the first call failed.
    """
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder, made = shared / name, shared / f"{name}.made"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder
