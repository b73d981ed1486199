"""The measuring script: noise of a stated ratio, and a row per record."""

from dataclasses import replace

import numpy as np
import pytest

import lab.benchmark.measure_r_peaks as measure_r_peaks


@pytest.mark.parametrize("snr_db", [0.0, 12.0])
def test_noise_has_the_stated_ratio_on_every_lead(simulated_records, snr_db):
    record = simulated_records[0]
    noise = np.random.default_rng(0).normal(0, 3, (round(400 * record.fs), 2))
    added = measure_r_peaks.add_noise(record, noise, snr_db).signal - record.signal
    beats = record.annotations.sample[5:-5]
    around = record.signal[beats[:, None] + np.arange(-18, 19)]
    power = np.median(np.ptp(around, axis=1), axis=0) ** 2 / 8
    np.testing.assert_allclose(10 * np.log10(power / added.var(axis=0)), snr_db, atol=1.0)


def test_the_table_has_a_row_of_a_record(simulated_records, capsys):
    records = [replace(r, leads=("MLII", "V1")) for r in simulated_records[:2]]
    found = measure_r_peaks.evaluate(records)
    assert list(found) == [r.name for r in records]
    for name, agreement in found.items():
        measure_r_peaks.show(name, agreement)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(found)
    assert "%" in lines[0]
