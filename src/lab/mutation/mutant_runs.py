"""Run the tests of a module against a changed copy of it."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lab.layout import expected_test
from lab.mutation.code_changes import CodeChange, apply_change

#: What of a checkout is copied: code, tests, and the files that tests read.
COPIED = ("src", "tests", "conf", "pyproject.toml", "params.yaml", "dvc.yaml")

#: A test run may take so many times the seconds of the unchanged code, and so many s more.
TIME_FACTOR, TIME_MARGIN_S = 4.0, 20.0

#: Address space of a test run, bytes: a change may make an array of any size.
MEMORY_BYTES = 8 << 30

#: Exit status of pytest when all tests passed.
PASSED = 0


@dataclass
class CheckoutCopy:
    """A copy of a checkout whose modules are changed one at a time.

    Parameters
    ----------
    source, folder : Path
        The checkout, and an empty folder for the copy.
    """

    source: Path
    folder: Path
    _seconds: dict[tuple[str, ...], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info", ".hypothesis")
        for name in COPIED:
            path = self.source / name
            if path.is_dir():
                shutil.copytree(path, self.folder / name, ignore=ignored)
            elif path.exists():
                shutil.copyfile(path, self.folder / name)

    def notices(self, change: CodeChange, tests: Sequence[str]) -> bool:
        """Tell whether tests fail, or do not end, with a change.

        Parameters
        ----------
        change : CodeChange
            Is undone afterwards.
        tests : sequence of str
            Test files and folders, relative to the checkout.

        Raises
        ------
        RuntimeError
            When the tests fail without the change.
        """
        limit_s = TIME_MARGIN_S + TIME_FACTOR * self._time_unchanged(tuple(tests))
        module = self.folder / "src" / change.path
        text = module.read_text(encoding="utf-8")
        try:
            module.write_text(apply_change(text, change), encoding="utf-8")
            return run_tests(self.folder, tests, limit_s) != PASSED
        finally:
            module.write_text(text, encoding="utf-8")

    def _time_unchanged(self, tests: tuple[str, ...]) -> float:
        if tests not in self._seconds:
            start = time.perf_counter()
            if run_tests(self.folder, tests, None) != PASSED:
                raise RuntimeError(f"{' '.join(tests)} fails without any change")
            self._seconds[tests] = time.perf_counter() - start
        return self._seconds[tests]


def mirrored_tests(path: str, tests: Path) -> list[str]:
    """Return the test file of a module, relative to the checkout; empty when there is none."""
    name = expected_test(path)
    return [f"tests/{name}"] if (tests / name).is_file() else []


def subpackage_tests(path: str) -> list[str]:
    """Return the folder of tests of a module's subpackage, relative to the checkout.

    Examples
    --------
    >>> subpackage_tests("ecg_anomaly/beats/r_peaks/sliding.py")
    ['tests/beats']
    """
    return [f"tests/{path.split('/')[1]}"]


def run_tests(checkout: Path, tests: Sequence[str], limit_s: float | None) -> int | None:
    """Run tests of a checkout until the first one fails.

    Parameters
    ----------
    checkout : Path
        With ``src`` and ``tests``.
    tests : sequence of str
        Test files and folders, relative to it.
    limit_s : float or None
        After so many s the run is killed.

    Returns
    -------
    int or None
        Exit status of pytest; None when it was killed.
    """
    options = ["-q", "-x", "-p", "no:cacheprovider", "-m", "not slow", "--hypothesis-seed=0"]
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *options, *tests],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_limit_memory,
    )
    try:
        return process.wait(limit_s)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _kill_group(process)


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that leads a session, and whatever it has started and left."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    process.wait()
