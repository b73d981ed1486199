"""Read the tables of an archive as a user would, and score without processes."""

import io
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.archive.recording_row import Row
from ecg_anomaly.archive.recording_scoring import ArchiveDetector, score_entry
from ecg_anomaly.archive.scoring_process import Scored


def read_rows(table: Path, name: str = "recordings") -> pd.DataFrame:
    """Read a table of an archive, ordered by recording."""
    frame = pq.read_table(table / name).to_pandas()
    return frame.sort_values("uri", ignore_index=True)


class DirectScorer:
    """Scores in this process, and is killed when it is told to be.

    Parameters
    ----------
    chosen : ArchiveDetector
    deadly : dict of str to int
        How often each recording kills what scores it.
    """

    def __init__(self, chosen: ArchiveDetector, deadly: dict[str, int] | None = None) -> None:
        self.chosen, self.deadly = chosen, dict(deadly or {})
        self.scored: list[str] = []

    def make_ready(self) -> None:
        """Do nothing: this process runs."""

    def score(self, entry: ManifestRow, known: Row | None) -> Scored | None:
        self.scored.append(entry.uri)
        if self.deadly.get(entry.uri, 0) > 0:
            self.deadly[entry.uri] -= 1
            return None
        return score_entry(entry, self.chosen, known)


def fail_to_read(monkeypatch, when: str) -> None:
    """Let every file on a disk fail as one of an object store does, when it is opened or read."""

    class Failing(io.BytesIO):
        def read(self, *_):
            raise ConnectionError("no route to host")

    def open_file(*_, **__):
        if when == "open":
            raise PermissionError("403 Forbidden")
        return Failing(bytes(1000))

    monkeypatch.setattr(LocalFileSystem, "open", open_file)
