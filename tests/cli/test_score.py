"""The command `score`: files, printed lines, kept memory, a closed pipe."""

import subprocess
import sys

import pytest

from ecg_anomaly.cli import score as score_module

ENDINGS = [".anom", ".beats.csv", ".html", ".summary.json"]

#: Counts the pages that a process gets for making an array of 4 MB a hundred times.
FAULTS = """
import resource, sys
import numpy as np
from ecg_anomaly.cli.score import keep_freed_memory
if sys.argv[1] == "keep" and not keep_freed_memory():
    sys.exit(3)
np.ones(500_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(100):
    held = [np.ones(500_000) for _ in range(10)]
    del held
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def test_every_recording_gets_its_four_files(score, records, tmp_path, capsys):
    assert score(records / "s01", records / "s02.hea") == 0
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == sorted(f"{name}{ending}" for name in ("s01", "s02") for ending in ENDINGS)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == ["s01", "s02", "Not a medical device"]


def test_two_runs_give_the_same_bytes(score, records, tmp_path):
    for output in (tmp_path / "a", tmp_path / "b"):
        assert score(records / "s01", output=output) == 0
    for ending in ENDINGS:
        first, second = ((tmp_path / x / f"s01{ending}").read_bytes() for x in "ab")
        assert first == second


def count_faults(mode: str) -> int:
    done = subprocess.run([sys.executable, "-c", FAULTS, mode], capture_output=True, text=True)
    if done.returncode == 3:
        pytest.skip("no glibc")
    return int(done.stdout)


def test_arrays_of_a_chunk_take_the_memory_of_the_former_ones():
    assert count_faults("keep") < count_faults("default") / 4


def test_a_c_library_without_the_setting_is_left_alone(monkeypatch):
    monkeypatch.setattr(score_module.ctypes, "CDLL", lambda _: object())
    assert not score_module.keep_freed_memory()
