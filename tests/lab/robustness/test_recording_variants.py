from pathlib import Path

import numpy as np
import pytest

from lab.robustness.recording_variants import (
    RATES,
    STORED,
    add_lead,
    keep_lead,
    quantise,
    resample,
    shift,
    signal_variants,
    store_record,
)


@pytest.mark.parametrize("fs", RATES)
def test_another_rate_keeps_signal_and_marks_where_they_were(record, fs):
    other = resample(record, fs)
    assert other.fs == fs
    assert other.duration_s == pytest.approx(record.duration_s, abs=1 / fs)
    before, after = record.annotations, other.annotations
    np.testing.assert_allclose(after.sample / fs, before.sample / record.fs, atol=0.51 / fs)
    np.testing.assert_array_equal(after.symbol, before.symbol)
    time_s = np.arange(len(record.signal)) / record.fs
    back = np.interp(time_s, np.arange(len(other.signal)) / fs, other.signal[:, 0])
    assert np.corrcoef(back, record.signal[:, 0])[0, 1] > 0.98


@pytest.mark.parametrize("kind", STORED)
def test_a_stored_record_is_read_back_in_millivolts(record, tmp_path: Path, kind):
    table = store_record(record, tmp_path, kind)
    assert (table.fs, table.leads, table.n_samples) == (360.0, record.leads, len(record.signal))
    read = table.read(0, table.n_samples)
    atol = 0.00051 if "int16" in kind else 1e-6
    np.testing.assert_allclose(read, record.signal, atol=atol)


def test_the_other_changes_do_what_they_say(record):
    assert keep_lead(record, 1).leads == record.leads[1:]
    np.testing.assert_array_equal(keep_lead(record, 1).signal, record.signal[:, 1:])
    np.testing.assert_allclose(shift(record, 5.0).signal - record.signal, 5.0, atol=1e-6)
    steps = quantise(record, 0.02).signal / 0.02
    np.testing.assert_allclose(steps, np.rint(steps), atol=1e-3)
    assert np.abs(quantise(record, 0.02).signal - record.signal).max() < 0.0101
    turned = add_lead(record, -1.0)
    assert len(turned.leads) == 3
    np.testing.assert_array_equal(turned.signal[:, 2], -record.signal[:, 0])


def test_no_variant_changes_the_record_it_is_made_from(record):
    before = record.signal.copy()
    made = {name: change(record) for name, change in signal_variants().items()}
    np.testing.assert_array_equal(record.signal, before)
    assert {r.fs for r in made.values()} == {360.0, *map(float, RATES)}
    assert all(r.signal.dtype == np.float32 for r in made.values())
