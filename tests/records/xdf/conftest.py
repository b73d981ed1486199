from pathlib import Path

import pytest

from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions
from ecg_anomaly.records.xdf.xdf_record import read_xdf


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "strap.xdf"


@pytest.fixture
def read(path: Path):
    """Return a function that reads the bytes of an XDF recording."""

    def read(content: bytes, options: ReadOptions = AS_IT_IS):
        path.write_bytes(content)
        return read_xdf(path, options)

    return read
