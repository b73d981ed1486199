"""A process that is stopped by a signal tidies up, and ends by that signal."""

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from ecg_anomaly.files.stop_signals import SIGNALS, handled_stop_signals

SRC = Path(__file__).resolve().parents[2] / "src"

START = """
import os, signal, sys, time
from pathlib import Path
from ecg_anomaly.files.atomic import replace_file, replace_folder
from ecg_anomaly.files.stop_signals import handled_stop_signals, tidied_on_stop, uninterrupted
folder = Path(sys.argv[1])
def wait():
    print("ready", flush=True)
    time.sleep(30)
"""


def restore_signals() -> None:
    """Undo what a job in the background of a shell begins with: these signals ignored."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def stop(code: str, folder: Path, number: int, preexec_fn=restore_signals, **options) -> int:
    """Run code until it says that it is ready, send a signal, and return how it ended."""
    options["preexec_fn"] = preexec_fn
    command = [sys.executable, "-c", START + code, str(folder)]
    with subprocess.Popen(command, cwd=SRC, stdout=subprocess.PIPE, **options) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        return process.wait(10)


@pytest.mark.parametrize("number", SIGNALS)
def test_temporary_files_and_folders_go_and_the_signal_is_the_status(tmp_path, number):
    code = """
with handled_stop_signals(), replace_file(folder / "a") as a, replace_folder(folder / "b") as b:
    a.write_text("half")
    (b / "half").write_text("half")
    wait()
"""
    assert stop(code, tmp_path, number) == -number
    assert list(tmp_path.iterdir()) == []


def test_a_signal_is_not_lost_where_python_forgets_exceptions(tmp_path):
    code = """
class Slow:
    def __del__(self):
        wait()
with handled_stop_signals(), replace_file(folder / "a"):
    Slow()
    time.sleep(30)
"""
    assert stop(code, tmp_path, signal.SIGTERM) == -signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_what_must_not_be_interrupted_is_done_first(tmp_path):
    code = """
with handled_stop_signals():
    with uninterrupted():
        print("ready", flush=True)
        time.sleep(0.3)
        (folder / "first").touch()
        (folder / "second").touch()
    (folder / "third").touch()
"""
    assert stop(code, tmp_path, signal.SIGTERM) == -signal.SIGTERM
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "second"]


def test_a_forked_process_does_not_tidy_up_for_the_one_above(tmp_path):
    code = """
with handled_stop_signals(), replace_file(folder / "a") as a:
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        os.write(theirs, b"x")  # Python forgets signals that come before
        time.sleep(30)
        os._exit(0)
    os.read(ours, 1)
    os.kill(child, signal.SIGTERM)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGTERM and a.exists()
    wait()
"""
    assert stop(code, tmp_path, signal.SIGTERM) == -signal.SIGTERM


def test_a_signal_that_is_ignored_stays_ignored(tmp_path):
    code = """
with handled_stop_signals(), tidied_on_stop((folder / "tidied").touch):
    print("ready", flush=True)
    time.sleep(0.3)
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
"""

    def ignore():
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    assert stop(code, tmp_path, signal.SIGHUP, preexec_fn=ignore) == 0
    assert list(tmp_path.iterdir()) == []


def test_handlers_of_the_caller_come_back_and_other_threads_change_none():
    former = [signal.getsignal(number) for number in SIGNALS]
    inside = []

    def look():
        with handled_stop_signals():
            inside.append([signal.getsignal(number) for number in SIGNALS])

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    look()
    assert inside[0] == former
    assert inside[1] != former
    assert [signal.getsignal(number) for number in SIGNALS] == former
