from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.wfdb.wfdb_lead import parse_lead
from ecg_anomaly.records.wfdb.wfdb_signal_file import RunningSum, SignalFile

SAMPLES = np.random.default_rng(0).integers(-3000, 3000, 300).astype(np.int16)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), max_size=12))
def test_every_frame_counts_once_in_any_order(pairs):
    total = RunningSum(100, 2)
    seen = np.zeros(100, dtype=bool)
    for a, b in (sorted(pair) for pair in pairs):
        complete_before = seen.all()
        seen[a:b] = True
        found = total.add(a, SAMPLES[2 * a : 2 * b])
        if seen.all() and not complete_before:
            assert found == int(SAMPLES[:200].sum(dtype=np.int64)) % 65536
        else:
            assert found is None


def test_wide_samples_are_summed_as_exactly():
    wide = np.full(10, 2**31 - 1, dtype=np.int32)
    assert RunningSum(10, 1).add(0, wide) == 10 * (2**31 - 1) % 65536


def open_file(folder, form="16", **changes):
    """A file of two leads, 100 frames of 2 + 1 samples, and the values in it."""
    values = SAMPLES.reshape(100, 3)
    (folder / "x.dat").write_bytes(values.astype("<i2").tobytes())
    sums = [int(values[:, part].sum(dtype=np.int64)) for part in (slice(0, 2), slice(2, 3))]
    leads = [
        parse_lead(folder / "x.hea", f"x.dat {form}x2 200(0)/mV 16 0 0 {sums[0]} 0 II"),
        parse_lead(folder / "x.hea", f"x.dat {form} 200(0)/mV 16 0 0 {sums[1]} 0 V1"),
    ]
    leads[1] = replace(leads[1], **changes)
    return SignalFile(folder / "x.dat", leads, [0, 1], 100, folder / "x.hea"), values


def test_each_lead_gives_its_samples_of_every_frame(tmp_path):
    file, values = open_file(tmp_path)
    assert (file.frame, file.missing) == (3, -(2**15))
    for start, stop in [(0, 100), (7, 93), (5, 5)]:
        both, one = file.read(start, stop)
        np.testing.assert_array_equal(both, values[start:stop, :2].reshape(-1))
        np.testing.assert_array_equal(one, values[start:stop, 2])


def test_a_sum_is_compared_once_every_frame_was_read(tmp_path):
    file, _ = open_file(tmp_path, checksum=1)
    for start, stop in [(50, 99), (0, 50), (0, 99)]:
        file.read(start, stop)
    with pytest.raises(UserError, match=r"x\.dat: lead V1 has checksum \d+, the header says 1;"):
        file.read(99, 100)
    sound, _ = open_file(tmp_path)
    sound.read(0, 100)


@pytest.mark.parametrize("changes", [{"format": "212"}, {"offset": 4}])
def test_leads_of_one_file_are_stored_alike(tmp_path, changes):
    with pytest.raises(UserError, match=r"x\.hea: leads of x\.dat differ in format or offset"):
        open_file(tmp_path, **changes)
    with pytest.raises(UserError, match=r"x\.hea: format 17 of x\.dat is unknown"):
        open_file(tmp_path, form="17")
