from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from default_config import pipeline_config, simulation_config
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.simulation.simulated_records import simulate_records
from toy_detector import toy_records, write_toy_detector

DecisionsMaker = Callable[..., BeatDecisions]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy_detector(tmp_path_factory.mktemp("toy"), pipeline_config())


@pytest.fixture(scope="session")
def detector(folder: Path) -> Detector:
    return load_detector(folder)


@pytest.fixture(scope="session")
def record() -> Record:
    return toy_records()[0]


@pytest.fixture(scope="session")
def long_record() -> Record:
    """Eight minutes of one person: five clean ones, and two that get noise."""
    config = simulation_config(n_subjects=1, duration_s=480.0, fs=360.0, seed=5)
    return replace(next(iter(simulate_records(config))), leads=("MLII", "V1"))


@pytest.fixture(scope="session")
def make_decisions() -> DecisionsMaker:
    """Return a maker of decisions on beats at given seconds."""

    def make(
        time_s: list[float],
        score: list[float],
        threshold: float = 0.0,
        unreadable: str = "",
        fs: float = 360.0,
    ) -> BeatDecisions:
        """Letters of `unreadable` other than a point mark beats that cannot be read."""
        values = np.array(score, dtype=float)
        why = [mark.strip(".") for mark in unreadable.ljust(len(score), ".")]
        values[[mark != "" for mark in why]] = np.nan
        seconds = np.array(time_s, dtype=float)
        return BeatDecisions(
            sample=np.rint(seconds * fs).astype(np.int64),
            time_s=seconds,
            score=values,
            anomalous=np.nan_to_num(values, nan=-np.inf) > threshold,
            unreadable=np.array(why, dtype=object),
            quality=np.where(np.isnan(values), 0, 1).astype(np.float32),
            clipped=np.zeros(len(score), bool),
            bridged=np.zeros(len(score), bool),
            rr_s=np.diff(seconds, prepend=np.nan),
            reason=np.full(len(score), "", dtype=object),
        )

    return make
