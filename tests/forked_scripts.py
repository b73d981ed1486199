"""Run scripts of the project in processes that have already imported what they need.

Most of the time of a script of the tests goes into imports. A server of Python's `multiprocessing`
imports once and forks a fresh process for each script: it has a working folder, environment, exit
status and output of its own, as if it had been started from a shell.
"""

import multiprocessing
import os
import re
import runpy
import sys
from collections.abc import Sequence
from multiprocessing.forkserver import set_forkserver_preload
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from pipeline_copy import ROOT, Result, clean_environment

#: Its import of Keras takes longest, and a forked process should not inherit TensorFlow's state.
NOT_PRELOADED = "train_model.py"

TIMEOUT_S = 300

#: Where the server finds the package and this module.
SEARCHED = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])


def find_imports() -> list[str]:
    """Modules of the package that the scripts import."""
    scripts = [p for p in (ROOT / "src").glob("*.py") if p.name != NOT_PRELOADED]
    found = {m for p in scripts for m in re.findall(r"^from (ecg_\S+) import", p.read_text(), re.M)}
    return sorted(found)


def run_script(
    command: Sequence[str], folder: Path, timeout: float = 300, **changes: str
) -> Result:
    """Run ``[python, script, words ...]`` in a folder, whatever its exit status."""
    set_forkserver_preload(find_imports())
    context = multiprocessing.get_context("forkserver")
    with TemporaryDirectory() as temporary:
        said = [str(Path(temporary) / name) for name in ("stdout", "stderr")]
        environment = clean_environment(**changes)
        process = context.Process(
            target=_become_script, args=(list(command[1:]), str(folder), environment, *said)
        )
        with patch.dict(os.environ, PYTHONPATH=SEARCHED):  # of the server, when this starts it
            process.start()
        process.join(TIMEOUT_S)
        ended = process.exitcode is not None
        process.kill()
        process.join()
        assert ended, f"{command} took more than {TIMEOUT_S} s"
        stdout, stderr = (Path(path).read_text() for path in said)
    return Result(list(command), process.exitcode, stdout, stderr)


def _become_script(
    words: list[str], folder: str, environment: dict[str, str], stdout: str, stderr: str
) -> None:
    for stream, path in ((1, stdout), (2, stderr)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), stream)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = words
    sys.path.insert(0, str(Path(words[0]).parent))
    runpy.run_path(words[0], run_name="__main__")
