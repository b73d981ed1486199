"""Work is shared between threads and processes, a bounded number of chunks ahead."""

import pytest

from ecg_anomaly.detector import chunk_workers
from ecg_anomaly.detector.chunk_workers import MOST_WORKERS, share_cores


@pytest.mark.parametrize(
    ("cores", "recordings", "workers"),
    [(1, 1, 1), (2, 1, 2), (64, 1, MOST_WORKERS), (4, 2, 2), (2, 5, 1), (64, 4, MOST_WORKERS)],
)
def test_cores_are_shared_and_not_all_taken(
    monkeypatch: pytest.MonkeyPatch, cores: int, recordings: int, workers: int
) -> None:
    monkeypatch.setattr(chunk_workers, "count_cores", lambda: cores)
    assert share_cores(recordings) == workers
