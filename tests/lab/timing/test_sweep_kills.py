"""What is killed may have ended by itself a moment before."""

import os
import subprocess
import sys

from lab.timing.sweep_kills import kill, workers_of


def ended() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_process_that_has_ended_is_not_killed():
    assert not kill(ended())


def test_a_process_at_work_is_killed():
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert kill(process.pid)
    assert process.wait() < 0
    process.communicate()


def test_a_sweep_that_has_ended_has_no_workers():
    assert workers_of(ended()) == []


def test_workers_are_told_from_other_children():
    words = ["search.worker=1", "else.py"]
    children = [
        subprocess.Popen([sys.executable, "-c", "input()", word], stdin=subprocess.PIPE)
        for word in words
    ]
    try:
        assert workers_of(os.getpid()) == [children[0].pid]
    finally:
        for child in children:
            child.communicate(b"\n")
