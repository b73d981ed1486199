from dataclasses import replace

import numpy as np
import pytest

from default_config import simulation_config
from ecg_anomaly.records.added_noise import add_stress_noise, noise_power, noisy_spans, signal_power
from ecg_anomaly.records.record import Annotations, Record
from ecg_anomaly.records.simulation.simulated_records import simulate_records

FS = 360.0


@pytest.fixture(scope="module")
def long_record() -> Record:
    """Eight minutes of one subject: five clean ones, two that get noise, one clean."""
    config = simulation_config(n_subjects=1, duration_s=480.0, fs=360.0, seed=5, difficult=False)
    return next(iter(simulate_records(config)))


@pytest.fixture(scope="module")
def record(long_record: Record) -> Record:
    return long_record


def noise_of(n: int, seed: int = 0) -> np.ndarray:
    """White noise of another level on each lead, around an offset."""
    return np.random.default_rng(seed).normal([0.3, -2.0], [0.1, 0.7], (n, 2))


def test_two_noisy_minutes_take_turns_with_two_clean_ones_after_the_first_five():
    assert noisy_spans(299.0) == []
    assert noisy_spans(840.0) == [(300.0, 420.0), (540.0, 660.0), (780.0, 840.0)]


def test_the_power_of_a_sine_of_beats_is_its_mean_square():
    time_s = np.arange(round(60 * FS)) / FS
    wave = np.sin(2 * np.pi * 10 * time_s)[:, None] * [1.0, 3.0]
    marks = Annotations(np.arange(1, 59) * round(FS), np.full(58, "N"))
    record = Record("sine", "sine", wave.astype(np.float32), FS, ("a", "b"), marks)
    np.testing.assert_allclose(signal_power(record), (wave**2).mean(axis=0), rtol=1e-3)
    np.testing.assert_allclose(noise_power(wave, FS), (wave**2).mean(axis=0), rtol=1e-3)


def test_abnormal_beats_and_extremes_play_no_part_in_the_power(record):
    plain = signal_power(record)
    marks = record.annotations
    abnormal = np.flatnonzero(marks.symbol == "N")[::20]
    symbol, signal = marks.symbol.copy(), record.signal.copy()
    for row in abnormal:
        symbol[row] = "V"
        signal[marks.sample[row]] += 50
    spoilt = replace(record, signal=signal, annotations=Annotations(marks.sample, symbol))
    np.testing.assert_allclose(signal_power(spoilt), plain, rtol=0.05)
    one = record.signal.copy()
    one[marks.sample[np.flatnonzero(marks.symbol == "N")[3]]] += 50
    np.testing.assert_allclose(signal_power(replace(record, signal=one)), plain, rtol=0.05)


def test_a_record_without_a_normal_beat_is_refused(record):
    with pytest.raises(ValueError, match="no annotated normal beat"):
        signal_power(replace(record, annotations=None))


def test_clean_minutes_stay_and_keep_the_last_value_of_the_noise(long_record):
    noisy = add_stress_noise(long_record, noise_of(len(long_record.signal)), 6.0)
    added = noisy.signal.astype(float) - long_record.signal
    first, last = round(300 * FS), round(420 * FS)
    assert (added[:first] == 0).all()
    assert added[first:last].std(axis=0).min() > 0.01
    np.testing.assert_allclose(
        added[last:], np.tile(added[last - 1], (len(added) - last, 1)), atol=1e-5
    )
    assert np.abs(added[last - 1]).min() > 1e-3


def test_an_offset_of_the_noise_makes_no_step(long_record):
    n = len(long_record.signal)
    with_offset = add_stress_noise(long_record, noise_of(n) + 100.0, 0.0)
    np.testing.assert_allclose(
        with_offset.signal, add_stress_noise(long_record, noise_of(n), 0.0).signal, atol=1e-5
    )
