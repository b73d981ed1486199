from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.records.dicom.dicom_record import read_dicom
from ecg_anomaly.records.read_options import AS_IT_IS, ReadOptions


@pytest.fixture
def read(tmp_path: Path):
    """Return a function that reads the bytes of a DICOM file."""

    def read(content: bytes, options: ReadOptions = AS_IT_IS, name: str = "1.2.840.99"):
        path = tmp_path / name
        path.write_bytes(content)
        return read_dicom(path, options)

    return read


@pytest.fixture
def leads() -> dict[str, np.ndarray]:
    """Make stored samples of three leads."""
    rng = np.random.default_rng(0)
    return {name: rng.integers(-9999, 9999, 500) for name in ("II", "V1", "V5")}
