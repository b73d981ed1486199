from dataclasses import replace

import numpy as np
import pytest
import wfdb

from ecg_anomaly.records.added_noise import add_stress_noise
from lab.robustness.noise_recordings import measure_snr, read_noise

FS = 360.0


def noise_of(n: int, seed: int = 0) -> np.ndarray:
    """White noise of another level on each lead, around an offset."""
    return np.random.default_rng(seed).normal([0.3, -2.0], [0.1, 0.7], (n, 2))


@pytest.mark.parametrize("snr_db", [24.0, 0.0, -6.0])
def test_noise_has_the_stated_ratio_on_each_lead(long_record, snr_db):
    noisy = add_stress_noise(long_record, noise_of(len(long_record.signal)), snr_db)
    np.testing.assert_allclose(measure_snr(long_record, noisy), snr_db, atol=0.2)
    shifted = replace(noisy, signal=noisy.signal - np.float32(5.12))
    np.testing.assert_allclose(measure_snr(long_record, shifted), snr_db, atol=0.2)


def test_short_noise_is_repeated(long_record):
    noise = noise_of(round(310 * FS))
    noisy = add_stress_noise(long_record, noise, 0.0)
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
