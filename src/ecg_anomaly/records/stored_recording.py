"""A recording on a disk, and where it came from."""

from pathlib import Path
from typing import Protocol

from ecg_anomaly.records.recording import Recording


class StoredRecording(Recording, Protocol):
    """A recording whose samples stay on the disk until they are asked for.

    Attributes
    ----------
    source : Path
        The file that was opened: the header of a WFDB record.
    header_sha256 : str
        Digest of what describes the recording: the header, never the samples.
    """

    @property
    def source(self) -> Path: ...  # noqa: D102
    @property
    def header_sha256(self) -> str: ...  # noqa: D102
