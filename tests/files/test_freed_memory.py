"""Memory of freed arrays is kept for the next ones, where the C library can do so."""

import subprocess
import sys
from pathlib import Path

import pytest

from ecg_anomaly.files import freed_memory

SRC = Path(__file__).resolve().parents[2] / "src"

#: Counts the pages that a process gets for making an array of 4 MB eighty times.
FAULTS = """
import resource, sys
import numpy as np
from ecg_anomaly.files.freed_memory import keep_freed_memory
kinds = {"keep": [], "return": [1 << 20]}
if sys.argv[1] in kinds and not keep_freed_memory(*kinds[sys.argv[1]]):
    sys.exit(3)
np.ones(500_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(8):
    held = [np.ones(500_000) for _ in range(10)]
    del held
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def count_faults(mode: str) -> int:
    command = [sys.executable, "-c", FAULTS, mode]
    done = subprocess.run(command, cwd=SRC, capture_output=True, text=True, check=False)
    if done.returncode == 3:
        pytest.skip("no glibc")
    return int(done.stdout)


def test_arrays_of_a_chunk_take_the_memory_of_the_former_ones():
    assert count_faults("keep") < count_faults("default") / 4


def test_arrays_that_are_larger_than_asked_go_back():
    assert count_faults("keep") < count_faults("return") / 4


def test_a_c_library_without_the_setting_is_left_alone(monkeypatch):
    monkeypatch.setattr(freed_memory.ctypes, "CDLL", lambda _: object())
    assert not freed_memory.keep_freed_memory()
