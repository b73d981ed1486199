"""The quality of the leads of a recording, from some seconds here and there."""

from dataclasses import replace

import numpy as np
import pytest

from default_config import preprocess_config
from ecg_anomaly.beats import lead_quality
from ecg_anomaly.beats.lead_quality import N_PIECES, PIECE_S, measure_lead_quality
from ecg_anomaly.records.record import Record

CONFIG, FS = preprocess_config(), 200.0


class CountedRecord(Record):
    """A record that counts the samples that are read."""

    def read(self, start, stop, columns=None):
        READ.append(stop - start)
        return super().read(start, stop, columns)


READ: list[int] = []


def make_record(n_leads: int = 3, duration_s: float = 300.0) -> CountedRecord:
    time_s = np.arange(round(duration_s * FS)) / FS
    phase = (time_s + 0.4) % 0.8 - 0.4
    lead = np.exp(-((phase / 0.02) ** 2)) + 0.2 * np.exp(-(((phase - 0.25) / 0.05) ** 2))
    signal = (lead[:, None] * np.linspace(1, 0.5, n_leads)).astype(np.float32)
    names = tuple(f"V{n + 1}" for n in range(n_leads))
    return CountedRecord("r", "r", signal, FS, names)


def noise(shape, level: float) -> np.ndarray:
    return np.random.default_rng(0).normal(0, level, shape).astype(np.float32)


def test_clean_leads_are_alike_whatever_their_amplitude():
    found = measure_lead_quality(make_record(), CONFIG)
    assert found.sound.all()
    assert (found.share > 0.9).all()


def test_a_lead_in_noise_is_not_sound():
    record = make_record()
    record.signal[:, 1] += noise(len(record.signal), 0.3)
    found = measure_lead_quality(record, CONFIG)
    assert found.sound.tolist() == [True, False, True]
    assert np.argmin(found.share) == 1


@pytest.mark.parametrize("value", [np.nan, 0.0, 400.0])
def test_a_lead_that_is_absent_half_of_the_time_is_sound_but_of_a_lower_share(value):
    record = make_record()
    record.signal[: len(record.signal) // 2, 0] = value
    found = measure_lead_quality(record, CONFIG)
    assert found.sound.all()
    assert found.share[0] == pytest.approx(0.5 * found.share[1], abs=0.1)


def test_a_lead_that_is_never_there_is_not_sound():
    record = make_record()
    record.signal[:, 2] = np.nan
    found = measure_lead_quality(record, CONFIG)
    assert found.sound.tolist() == [True, True, False]
    assert found.share[2] == 0


def test_a_day_is_looked_at_here_and_there():
    READ.clear()
    assert measure_lead_quality(make_record(2, 1200.0), CONFIG) is not None
    assert sum(READ) == N_PIECES * PIECE_S * FS


def test_of_many_leads_fewer_pieces_are_read(monkeypatch):
    monkeypatch.setattr(lead_quality, "MOST_SAMPLES", 1000)
    READ.clear()
    assert measure_lead_quality(make_record(2, 1200.0), CONFIG).sound.all()
    assert sum(READ) == 2 * PIECE_S * FS


@pytest.mark.parametrize("duration_s", [0.2, 1.0, 3.0, 25.0])
def test_short_recordings_are_looked_at_as_far_as_they_go(duration_s):
    record = make_record(2, duration_s)
    found = measure_lead_quality(record, CONFIG)
    assert found is None or found.share.shape == (2,)


def test_nothing_is_known_of_one_lead_or_without_a_beat():
    record = make_record()
    assert measure_lead_quality(make_record(1), CONFIG) is None
    silent = replace(record, signal=np.zeros_like(record.signal))
    assert measure_lead_quality(silent, CONFIG) is None


def test_many_leads_are_judged_some_at_a_time(monkeypatch):
    record = make_record(5)
    whole = measure_lead_quality(record, CONFIG)
    monkeypatch.setattr(lead_quality, "GROUP", 2)
    parts = measure_lead_quality(record, CONFIG)
    np.testing.assert_allclose(parts.share, whole.share, atol=0.02)
