from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.records.record import Record
from ecg_anomaly.records.wfdb_files import write_record


@pytest.fixture
def record() -> Record:
    """Three seconds of noise in steps of 5 µV on two leads."""
    rng = np.random.default_rng(0)
    signal = (rng.integers(-1000, 1000, (1080, 2)) / 200).astype(np.float32)
    return Record("r1", "r1", signal, 360.0, ("MLII", "V1"))


@pytest.fixture
def folder(tmp_path: Path, record: Record) -> Path:
    """Give a folder of one record: ``r1.hea`` and ``r1.dat``."""
    write_record(record, tmp_path)
    return tmp_path
