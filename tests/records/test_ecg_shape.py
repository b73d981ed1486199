"""Looking at signals without a name: simulated ECGs, and what is recorded beside an ECG."""

import numpy as np
import pytest

from ecg_anomaly.config.pipeline_schema import SimulationConfig
from ecg_anomaly.records.ecg_shape import find_ecg_columns, looks_like_ecg
from ecg_anomaly.records.simulation.simulated_records import simulate_records

FS, N = 250.0, 5000


def rng(seed):
    return np.random.default_rng(seed)


def smooth(values, width):
    return np.convolve(values, np.hanning(width) / np.hanning(width).sum(), mode="same")


TIME = np.arange(N) / FS
PULSE = (TIME * 1.2) % 1
OTHERS = {
    "breathing": np.sin(2 * np.pi * 0.25 * TIME) + 0.01 * rng(0).normal(size=N),
    "pulse wave": np.exp(-((PULSE - 0.15) ** 2) / 4e-3) + np.exp(-((PULSE - 0.4) ** 2) / 1e-2) / 3,
    "EEG": smooth(rng(1).normal(size=N), 15) + 0.3 * np.sin(2 * np.pi * 10 * TIME),
    "muscle": rng(2).normal(size=N) * (1 + np.sin(2 * np.pi * 0.3 * TIME)) ** 2,
    "mains": np.sin(2 * np.pi * 50 * TIME),
    "drift": np.cumsum(rng(3).normal(size=N)),
    "ramp": np.arange(float(N)),
    "steps": np.repeat(rng(4).normal(size=N // 500), 500),
    "flat": np.zeros(N),
}  # fmt: skip


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e4])
def test_what_is_recorded_beside_an_ecg_does_not_look_like_one(kind, scale):
    assert not looks_like_ecg((scale * OTHERS[kind]).astype(np.float32), FS)


def test_simulated_patients_look_like_ecgs_in_any_unit():
    records = list(
        simulate_records(
            SimulationConfig(n_subjects=8, duration_s=60.0, fs=360.0, seed=0, difficult=False)
        )
    )
    for scale in (1.0, 1e4):
        scaled = [(r, scale * r.signal) for r in records]
        looks = [find_ecg_columns(lambda a, b, x=x: x[a:b], len(x), r.fs) for r, x in scaled]
        assert np.mean(looks) > 0.8


def test_missing_samples_and_dead_pieces_do_not_decide():
    record = next(
        iter(
            simulate_records(
                SimulationConfig(n_subjects=1, duration_s=60.0, fs=360.0, seed=0, difficult=False)
            )
        )
    )
    signal = np.column_stack([record.signal[:, 0], np.full(record.n_samples, np.nan)])
    signal[: len(signal) // 2, 0] = 0
    signal[-500:, 0] = np.nan
    found = find_ecg_columns(lambda a, b: signal[a:b].astype(np.float32), len(signal), record.fs)
    assert found == [True, False]


def test_a_moment_is_too_short_to_tell():
    record = next(
        iter(
            simulate_records(
                SimulationConfig(n_subjects=1, duration_s=60.0, fs=360.0, seed=0, difficult=False)
            )
        )
    )
    assert find_ecg_columns(record.read, 100, record.fs) == [False, False]
