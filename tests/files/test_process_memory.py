"""Searches for garbage are rare as long as asked, and memory of freed arrays is kept."""

import atexit
import gc
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecg_anomaly.files import process_memory
from ecg_anomaly.files.process_memory import (
    NEW_OBJECTS,
    SEARCHES,
    keep_freed_memory,
    rare_collections,
    rare_full_collections,
    skip_last_search,
)

SRC = Path(__file__).resolve().parents[2] / "src"

#: Counts the pages that a process gets for making an array of 4 MB eighty times.
FAULTS = """
import resource, sys
import numpy as np
from ecg_anomaly.files.process_memory import keep_freed_memory
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


@pytest.fixture(autouse=True)
def others_frozen() -> Iterator[None]:
    """Let neither these searches nor later ones look at what the whole test run has imported."""
    gc.freeze()
    yield
    gc.freeze()


class Linked:
    """Refers to itself."""

    n_left = 0

    def __init__(self) -> None:
        self.me = self
        Linked.n_left += 1

    def __del__(self) -> None:
        Linked.n_left -= 1


def make_garbage(n: int) -> None:
    for _ in range(n):
        Linked()


def test_new_garbage_is_found_without_a_search_among_all_objects():
    with rare_full_collections():
        full = gc.get_stats()[2]["collections"]
        make_garbage(50_000)
        assert gc.get_stats()[2]["collections"] == full
        assert Linked.n_left < 20_000
    gc.collect()
    assert Linked.n_left == 0


def test_afterwards_all_is_as_before():
    before, frozen = gc.get_threshold(), gc.get_freeze_count()

    @rare_full_collections()
    def fail() -> None:
        assert gc.get_threshold()[2] == SEARCHES
        assert gc.get_freeze_count() > frozen
        raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0


def test_new_objects_are_searched_rarely_but_are():
    before = gc.get_threshold()
    with rare_collections():
        searches = gc.get_stats()[0]["collections"]
        make_garbage(NEW_OBJECTS // 2)
        assert gc.get_stats()[0]["collections"] <= searches + 1
        make_garbage(3 * NEW_OBJECTS)
        assert Linked.n_left < 2 * NEW_OBJECTS
    assert gc.get_threshold() == before
    gc.collect()
    assert Linked.n_left == 0


def test_what_is_there_at_the_end_is_searched_no_more(monkeypatch):
    monkeypatch.setattr(atexit, "register", lambda function: function())
    make_garbage(3)
    try:
        skip_last_search()
        gc.collect()
        assert Linked.n_left == 3
    finally:
        gc.unfreeze()
    gc.collect()
    assert Linked.n_left == 0


def test_arrays_of_a_chunk_take_the_memory_of_the_former_ones():
    assert count_faults("keep") < count_faults("default") / 4


def test_arrays_that_are_larger_than_asked_go_back():
    assert count_faults("keep") < count_faults("return") / 4


def test_a_c_library_without_the_setting_is_left_alone(monkeypatch):
    monkeypatch.setattr(process_memory.ctypes, "CDLL", lambda _: object())
    assert not keep_freed_memory()
