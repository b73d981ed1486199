from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from default_config import pipeline_config
from ecg_anomaly.records.record import Record
from toy_detector import toy_records, write_toy_detector


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy_detector(tmp_path_factory.mktemp("toy"), pipeline_config())


@pytest.fixture(scope="session")
def stopped() -> Record:
    """A heart that stops after 25 s, and is not seen beating again for 15 s."""
    record = toy_records()[0]
    signal = record.signal[: 40 * 360].copy()
    rest = signal[25 * 360 :]
    rest[:] = signal[25 * 360 - 100] + np.random.default_rng(1).normal(0, 0.01, rest.shape)
    return replace(record, name="bed 1", signal=signal)
