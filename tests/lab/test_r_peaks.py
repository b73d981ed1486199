"""Noise of a stated ratio; a row per record."""

from dataclasses import replace

import numpy as np
import pytest

from lab import r_peaks


@pytest.mark.parametrize("snr_db", [0.0, 12.0])
def test_noise_has_the_stated_ratio_on_every_lead(simulated_records, snr_db):
    record = simulated_records[0]
    noise = np.random.default_rng(0).normal(0, 3, (round(400 * r_peaks.NOISE_HZ), 2))
    added = r_peaks.add_noise(record, noise, snr_db).signal - record.signal
    beats = record.annotations.sample[5:-5]
    around = record.signal[beats[:, None] + np.arange(-18, 19)]
    power = np.median(np.ptp(around, axis=1), axis=0) ** 2 / 8
    np.testing.assert_allclose(10 * np.log10(power / added.var(axis=0)), snr_db, atol=1.0)


def test_the_table_has_a_row_of_a_record(simulated_records, capsys):
    records = [replace(r, leads=("MLII", "V1")) for r in simulated_records[:2]]
    found = r_peaks.evaluate(records)
    assert list(found) == [r.name for r in records]
    for name, agreement in found.items():
        r_peaks.show(name, agreement)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(found)
    assert "%" in lines[0]


def test_noise_is_brought_to_the_rate_of_the_record(simulated_records):
    signal = simulated_records[0].signal
    slow = replace(simulated_records[0], signal=signal[::2], fs=180.0)
    marks = replace(slow.annotations, sample=slow.annotations.sample // 2)
    wave = np.sin(2 * np.pi * 5 * np.arange(400 * 360) / 360)[:, None] * [1.0, 1.0]
    added = r_peaks.add_noise(replace(slow, annotations=marks), wave, 6.0).signal - slow.signal
    spectrum = np.abs(np.fft.rfft(added[:, 0]))
    assert spectrum.argmax() * 180 / len(added) == pytest.approx(5, abs=0.05)


def test_a_database_is_read_whole_and_a_group_by_its_names(tmp_path, monkeypatch):
    (tmp_path / "svdb").mkdir()
    for name in ("802", "800"):
        (tmp_path / "svdb" / f"{name}.hea").touch()
    monkeypatch.setattr(r_peaks, "read_record", lambda folder, name, _: (folder.name, name))
    assert r_peaks.read_group(tmp_path, "svdb") == [("svdb", "800"), ("svdb", "802")]
    assert r_peaks.read_group(tmp_path, "ds1")[0] == ("mitdb", "101")
