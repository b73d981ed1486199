import numpy as np
import pytest

from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.records.wfdb.wfdb_files import write_record

FS, N_SAMPLES = 360.0, 1080


def noise_record(name="r1", seed=0, n_samples=N_SAMPLES, symbols="NVNA+N"):
    """Three seconds of noise in steps of 5 µV on two leads, with marks."""
    rng = np.random.default_rng(seed)
    signal = (rng.integers(-1000, 1000, (n_samples, 2)) / 200).astype(np.float32)
    sample = np.linspace(0, n_samples - 1, len(symbols)).astype(np.int64)
    marks = Annotations(sample, np.array(list(symbols), dtype="<U1"))
    return Record(name, name, signal, FS, ("MLII", "V1"), marks)


@pytest.fixture
def record():
    return noise_record()


@pytest.fixture
def folder(tmp_path, record):
    """A folder of one record: ``r1.hea``, ``r1.dat``, ``r1.atr``."""
    write_record(record, tmp_path)
    return tmp_path


@pytest.fixture
def change_header(folder):
    """Replace text in ``r1.hea``; the text must be there."""

    def change(old: str, new: str) -> None:
        path = folder / "r1.hea"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    return change


@pytest.fixture
def make_noise_record():
    return noise_record
