"""Recordings of a very high rate are read at 1 to 2 kHz; the others as they are."""

import numpy as np
import pytest

from ecg_anomaly.records import averaged_record
from ecg_anomaly.records.averaged_record import AveragedRecord, average_down, average_samples
from ecg_anomaly.records.record import Record

SIGNAL = np.random.default_rng(0).normal(size=(10_007, 3)).astype(np.float32)


def record(fs: float = 7000.0, signal: np.ndarray = SIGNAL) -> Record:
    return Record("r", "r", signal, fs, ("I", "II", "III"))


@pytest.mark.parametrize(
    ("fs", "step"), [(360, 1), (1000, 1), (1999, 1), (2000, 2), (2048, 2), (1e5, 100)]
)
def test_the_rate_is_from_1_to_2_khz_or_that_of_the_recording(fs, step):
    found = average_down(record(fs))
    assert (found.step, found.fs, found.n_samples) == (step, fs / step, 10_007 // step)
    np.testing.assert_array_equal(found.find_origin(np.array([0, 3])) // step, [0, 3])


def test_below_2_khz_every_sample_is_that_of_the_recording():
    found = average_down(record(1500))
    np.testing.assert_array_equal(found.read(5, 900, [2, 0]), SIGNAL[5:900, [2, 0]])
    assert found.next_stored(17) == 17
    assert found.find_origin(np.array([5])).tolist() == [5]


@pytest.mark.parametrize("block", [1 << 20, 100, 1])
@pytest.mark.parametrize("columns", [None, [1], [2, 0]])
def test_any_part_is_the_mean_of_its_samples(monkeypatch, block, columns):
    monkeypatch.setattr(averaged_record, "BLOCK_SAMPLES", block)
    found = average_down(record())
    wanted = SIGNAL if columns is None else SIGNAL[:, columns]
    expected = wanted[: 1429 * 7].reshape(1429, 7, -1).mean(axis=1)
    whole = found.read(0, found.n_samples, columns)
    np.testing.assert_allclose(whole, expected, atol=1e-6)
    for start, stop in [(0, 1), (3, 3), (100, 1429), (701, 702)]:
        np.testing.assert_array_equal(found.read(start, stop, columns), whole[start:stop])


@pytest.mark.parametrize("step", range(1, 12))
def test_a_mean_has_the_bits_of_numpys(step):
    signal = SIGNAL * np.logspace(-3, 3, len(SIGNAL), dtype=np.float32)[:, None]
    expected = np.ascontiguousarray(signal[: 900 * step].T).reshape(3, 900, step).mean(axis=2)
    np.testing.assert_array_equal(average_samples(signal[: 900 * step], step), expected.T)


@pytest.mark.parametrize(("n_missing", "known"), [(3, True), (4, False), (7, False)])
def test_a_mean_is_known_if_half_of_it_is_stored(n_missing, known):
    signal = SIGNAL.copy()
    signal[14 : 14 + n_missing, 1] = np.nan
    found = average_down(record(signal=signal)).read(0, 10)
    assert np.isfinite(found[2, 1]) == known
    assert np.isnan(found).sum() == (not known)
    if known:
        assert found[2, 1] == pytest.approx(SIGNAL[14 + n_missing : 21, 1].mean(), abs=1e-6)


def test_a_gap_ends_with_the_sample_that_is_stored_in_part():
    class Gapped(Record):
        def next_stored(self, start: int) -> int:
            return max(start, 703) if start < 5000 else self.n_samples

    found = AveragedRecord(Gapped("r", "r", SIGNAL, 7000.0, ("I", "II", "III")), 7)
    assert [found.next_stored(at) for at in (0, 100, 101, 720)] == [100, 100, 101, 1429]
