"""A process must end when the one that started it is killed."""

import os
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import psutil
import pytest

from ecg_anomaly.files.parent_process import end_with_pipeline, find_pipeline

SRC = Path(__file__).resolve().parents[2] / "src"

CHILD = """
import os, time
from ecg_anomaly.files.parent_process import end_with_pipeline
end_with_pipeline()
print("ready", flush=True)
time.sleep(60)
"""
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "stage.py"], stdout=subprocess.PIPE, text=True)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""


#: A process that waits until its parent is gone before it asks to end with it.
LATE_CHILD = """
import os, time
from ecg_anomaly.files.parent_process import end_with_parent, end_with_pipeline
parent = os.getppid()
print("ready", flush=True)
while os.getppid() == parent:
    time.sleep(0.02)
{call}
time.sleep(60)
"""


def ended_within(seconds: float, pid: int) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def start(tmp_path):
    """Start a parent of the given file name above a stage; give both process numbers."""
    started = []

    def run(
        parent_name: str, code: str = CHILD, **environment: str
    ) -> tuple[subprocess.Popen, int]:
        (tmp_path / "stage.py").write_text(code)
        (tmp_path / parent_name).write_text(PARENT)
        own = {k: v for k, v in os.environ.items() if k != "DVC_STAGE"}
        parent = subprocess.Popen(
            [sys.executable, parent_name],
            cwd=tmp_path,
            env=own | {"PYTHONPATH": str(SRC)} | environment,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # whoever adopts the child does not share it
        )
        child = int(parent.stdout.readline())
        started.append((parent, child))
        return parent, child

    yield run
    for parent, child in started:
        parent.kill()
        parent.wait()
        parent.stdout.close()
        if psutil.pid_exists(child):
            os.kill(child, signal.SIGKILL)


def test_a_killed_pipeline_takes_its_stage_along(start):
    parent, child = start("dvc", DVC_STAGE="train")
    time.sleep(0.6)
    assert psutil.Process(child).is_running()
    parent.send_signal(signal.SIGKILL)
    assert ended_within(5, child)


def test_a_stage_whose_pipeline_was_killed_while_it_started_ends_at_once(start):
    parent, child = start("dvc", LATE_CHILD.format(call="end_with_pipeline()"), DVC_STAGE="train")
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert ended_within(5, child)


def test_a_stage_that_a_program_started_through_the_library_goes_on(start):
    _, child = start("reproduce.py", DVC_STAGE="train")
    assert not ended_within(1.2, child)


def test_a_killed_parent_takes_its_child_along(start):
    code = CHILD.replace("end_with_pipeline()", "end_with_parent(os.getppid())")
    parent, child = start("sweep.py", code.replace("end_with_pipeline", "end_with_parent"))
    time.sleep(0.6)
    assert psutil.Process(child).is_running()
    parent.send_signal(signal.SIGKILL)
    assert ended_within(5, child)


def test_a_child_whose_parent_was_killed_while_it_started_ends_at_once(start):
    parent, child = start("sweep.py", LATE_CHILD.format(call="end_with_parent(parent)"))
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert ended_within(5, child)


def test_a_script_that_dvc_did_not_start_goes_on(start):
    parent, child = start("dvc")
    parent.send_signal(signal.SIGKILL)
    assert not ended_within(1.2, child)


def test_without_dvc_there_is_nothing_to_watch(monkeypatch):
    monkeypatch.delenv("DVC_STAGE", raising=False)
    monkeypatch.setattr("ecg_anomaly.files.parent_process.find_pipeline", None)
    end_with_pipeline()


class Ancestor:
    """A process above this one, by its command line; without one it may not be asked."""

    def __init__(self, *words, pid=None):
        self.words, self.pid = words, pid or os.getpid()

    def cmdline(self):
        if not self.words:
            raise psutil.AccessDenied
        return list(self.words)

    def name(self):
        return os.path.basename(self.words[0])


NEAR, FAR = Ancestor("/venv/bin/python", "/venv/bin/dvc", "repro"), Ancestor("dvc", "queue")
SHELL, PROGRAM = Ancestor("/bin/sh", "-c", "python x.py"), Ancestor("python", "/dvc-demo/x.py")
UNKNOWN = Ancestor()
FIRST = {name: Ancestor(*name.split(), pid=1) for name in ("init", "bash -l", "python3 run.py")}


@pytest.mark.parametrize(
    ("ancestors", "found"),
    [
        ([SHELL, PROGRAM, UNKNOWN, NEAR, FAR], NEAR),
        ([SHELL, PROGRAM, FAR], FAR),
        ([SHELL, PROGRAM, FIRST["init"]], PROGRAM),  # it uses DVC as a library
        ([FIRST["python3 run.py"]], FIRST["python3 run.py"]),  # in a container
        ([SHELL, FIRST["init"]], None),  # what started the shell has ended
        ([FIRST["init"]], None),
        ([FIRST["bash -l"]], None),
        ([SHELL, Ancestor("/bin/bash", "-c", "dvc-all.sh", pid=1)], None),
        ([], None),
    ],
)
def test_the_process_that_runs_the_pipeline_is_found(monkeypatch, ancestors, found):
    monkeypatch.setattr(psutil.Process, "parents", staticmethod(partial(list, ancestors)))
    if found in FIRST.values():  # the session of the real first process is another one
        monkeypatch.setattr(os, "getsid", lambda _: 0)
    assert find_pipeline() is found


#: A stage script that imports for a long time, in which the pipeline above it ends.
SLOW_SCRIPT = """
import os, time
parent = os.getppid()
print("ready", flush=True)
while os.getppid() == parent:
    time.sleep(0.02)
import ecg_anomaly
time.sleep(60)  # other imports
"""


def test_a_stage_ends_while_it_imports(start, tmp_path):
    (tmp_path / "ecg_anomaly").symlink_to(SRC / "ecg_anomaly")
    parent, child = start("dvc", SLOW_SCRIPT, DVC_STAGE="train")
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert ended_within(2, child)


def test_a_script_of_somebody_else_may_import_the_package(start):
    parent, child = start("dvc", SLOW_SCRIPT, DVC_STAGE="train")
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    assert not ended_within(1.2, child)


def test_the_system_ends_a_process_with_its_parent_at_once(start):
    code = CHILD.replace("end_with_pipeline()", "end_with_parent(os.getppid())")
    code = code.replace("end_with_pipeline", "end_with_parent")
    code = "import ecg_anomaly.files.parent_process as p; p.INTERVAL_S = 60\n" + code
    parent, child = start("sweep.py", code)
    parent.send_signal(signal.SIGKILL)
    assert ended_within(0.5 if sys.platform == "linux" else 61, child)
