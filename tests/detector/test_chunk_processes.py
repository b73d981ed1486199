"""Several processes decide as one does, and whoever waits learns what becomes of them."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from default_config import simulation_config
from ecg_anomaly.beats.detected_beats import DetectedBeats
from ecg_anomaly.detector.beat_scoring import ChunkScorer
from ecg_anomaly.detector.chunk_processes import can_fork
from ecg_anomaly.detector.chunk_workers import count_cores
from ecg_anomaly.detector.chunks import Chunk
from ecg_anomaly.detector.decisions import BeatDecisions, concatenate_decisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_chunks
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from ecg_anomaly.records.wfdb.wfdb_files import write_record
from lab.timing.scoring import repeat_piece

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux")


@pytest.fixture(scope="module")
def record() -> Record:
    """Twelve minutes of one subject, half a minute of which is missing."""
    config = simulation_config(n_subjects=3, duration_s=720.0, fs=250.0, seed=4)
    record = list(simulate_records(config))[2]
    record.signal[250 * 400 : 250 * 430] = np.nan
    return record


def score(
    detector: Detector, record: Record, processes: int, chunk_s: float
) -> Iterator[BeatDecisions]:
    return score_chunks(detector, record, 1, chunk_s, processes)


@pytest.mark.parametrize(("processes", "chunk_s"), [(2, 60.0), (5, 30.0), (8, 400.0)])
def test_processes_say_what_threads_say(
    detector: Detector, record: Record, processes: int, chunk_s: float
) -> None:
    one = concatenate_decisions(score(detector, record, 1, chunk_s))
    other = concatenate_decisions(score(detector, record, processes, chunk_s))
    assert len(one) > 500
    for field in fields(BeatDecisions):
        np.testing.assert_array_equal(
            getattr(one, field.name), getattr(other, field.name), err_msg=field.name
        )


@pytest.fixture
def children() -> Iterator[set[psutil.Process]]:
    """Give the processes that were there before; afterwards there are no others."""
    before = set(psutil.Process().children())
    yield before
    assert set(psutil.Process().children()) <= before


def test_they_end_with_the_recording(
    detector: Detector, record: Record, children: set[psutil.Process]
) -> None:
    list(score(detector, record, 2, 60.0))


def test_they_end_when_nobody_wants_the_rest(
    detector: Detector, record: Record, children: set[psutil.Process]
) -> None:
    parts = score(detector, record, 2, 60.0)
    assert len(next(parts))
    assert len(set(psutil.Process().children()) - children) == 2
    parts.close()  # type: ignore[attr-defined]


def test_one_that_is_killed_is_said(
    detector: Detector, record: Record, children: set[psutil.Process]
) -> None:
    parts = score(detector, record, 2, 20.0)
    next(parts)
    (set(psutil.Process().children()) - children).pop().kill()
    with pytest.raises(UserError, match="was killed"):
        list(parts)


def test_what_goes_wrong_in_one_is_shown(
    detector: Detector,
    record: Record,
    children: set[psutil.Process],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(work: ChunkScorer, chunk: object) -> None:
        raise ZeroDivisionError("seven")

    monkeypatch.setattr(ChunkScorer, "cut", fail)
    with pytest.raises(RuntimeError, match="ZeroDivisionError: seven"):
        list(score(detector, record, 2, 60.0))


def test_what_goes_wrong_is_shown_when_its_turn_comes(
    detector: Detector, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One process has failed at its second chunk while the other is still at its first."""
    cut = ChunkScorer.cut

    def fail_late(work: ChunkScorer, chunk: Chunk) -> tuple[DetectedBeats, bool]:
        if chunk.first == 3 * chunk.stop // 4:
            raise ZeroDivisionError("seven")
        time.sleep(0.0 if chunk.first == chunk.stop // 2 else 0.5)
        return cut(work, chunk)

    monkeypatch.setattr(ChunkScorer, "cut", fail_late)
    parts = score(detector, record, 2, 90.0)
    with pytest.raises(RuntimeError, match="ZeroDivisionError: seven"):
        list(parts)


def test_a_process_with_threads_is_not_forked() -> None:
    alone, release = can_fork(), threading.Event()
    other = threading.Thread(target=release.wait)
    other.start()
    try:
        assert not can_fork()
    finally:
        release.set()
        other.join()
    assert can_fork() == alone


@pytest.mark.skipif(count_cores() < 2, reason="on one core nothing is forked")
def test_a_command_that_is_killed_leaves_no_process(
    folder: Path, record: Record, tmp_path: Path
) -> None:
    write_record(replace(record, name="piece", annotations=None), tmp_path)
    path = repeat_piece(tmp_path / "piece", "day", 24.0)
    command = [sys.executable, "-m", "ecg_anomaly.cli.main", "score", str(path)]
    options = ["--detector", str(folder), "--output", str(tmp_path / "out")]
    with subprocess.Popen([*command, *options], stdout=subprocess.DEVNULL) as started:
        children = wait_for_children(started.pid)
        started.kill()
    _, left = psutil.wait_procs(children, timeout=10)
    assert not left


def wait_for_children(pid: int) -> list[psutil.Process]:
    """Wait until a command has forked."""
    for _ in range(600):
        children = psutil.Process(pid).children()
        if len(children) > 1:
            return children
        time.sleep(0.05)
    pytest.fail("nothing was forked")


@pytest.mark.parametrize("place", ["os.fork", "ecg_anomaly.detector.chunks.mmap.mmap"])
def test_without_memory_for_processes_threads_work(
    detector: Detector, record: Record, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr(place, refuse)
    one = concatenate_decisions(score(detector, record, 1, 60.0))
    other = concatenate_decisions(score(detector, record, 2, 60.0))
    np.testing.assert_array_equal(one.score, other.score)
