from dataclasses import replace

import numpy as np
import pytest
import wfdb

from ecg_anomaly.records.record import Annotations, Record
from lab.robustness.added_noise import (
    add_noise,
    measure_snr,
    noise_power,
    noisy_spans,
    read_noise,
    signal_power,
)

FS = 360.0


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


@pytest.mark.parametrize("snr_db", [24.0, 0.0, -6.0])
def test_noise_has_the_stated_ratio_on_each_lead(long_record, snr_db):
    noisy = add_noise(long_record, noise_of(len(long_record.signal)), snr_db)
    np.testing.assert_allclose(measure_snr(long_record, noisy), snr_db, atol=0.2)
    shifted = replace(noisy, signal=noisy.signal - np.float32(5.12))
    np.testing.assert_allclose(measure_snr(long_record, shifted), snr_db, atol=0.2)


def test_clean_minutes_stay_and_keep_the_last_value_of_the_noise(long_record):
    noisy = add_noise(long_record, noise_of(len(long_record.signal)), 6.0)
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
    with_offset = add_noise(long_record, noise_of(n) + 100.0, 0.0)
    np.testing.assert_allclose(
        with_offset.signal, add_noise(long_record, noise_of(n), 0.0).signal, atol=1e-5
    )


def test_short_noise_is_repeated(long_record):
    noise = noise_of(round(310 * FS))
    noisy = add_noise(long_record, noise, 0.0)
    assert np.isfinite(noisy.signal).all()
    np.testing.assert_allclose(measure_snr(long_record, noisy), 0.0, atol=0.3)


def test_a_noise_recording_is_read_at_the_gain_that_its_header_leaves_out(tmp_path):
    stored = np.random.default_rng(0).integers(-900, 900, (720, 2))
    wfdb.wrsamp(
        "ma", fs=360, units=["mV"] * 2, sig_name=["noise1", "noise2"], d_signal=stored,
        fmt=["212"] * 2, adc_gain=[200] * 2, baseline=[0] * 2, write_dir=str(tmp_path),
    )  # fmt: skip
    header = tmp_path / "ma.hea"
    text = header.read_text()
    assert "200(0)/mV" in text
    header.write_text(text.replace("200(0)/mV", "0"))
    np.testing.assert_array_equal(read_noise(tmp_path, "ma"), stored / 200)
