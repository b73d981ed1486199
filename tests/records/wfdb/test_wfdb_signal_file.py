from dataclasses import replace

import numpy as np
import pytest

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.wfdb import wfdb_signal_file
from ecg_anomaly.records.wfdb.wfdb_lead import parse_lead
from ecg_anomaly.records.wfdb.wfdb_signal_file import MAX_FRAME_SAMPLES, SignalFile

SAMPLES = np.random.default_rng(0).integers(-3000, 3000, 300).astype(np.int16)


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


def test_leads_that_are_not_asked_for_are_neither_decoded_nor_summed(tmp_path):
    file, values = open_file(tmp_path, checksum=1)
    (one,) = file.read(0, 100, [0])
    np.testing.assert_array_equal(one, values[:, :2].reshape(-1))
    with pytest.raises(UserError, match=r"lead V1 has checksum"):
        file.read(0, 100, [1])


@pytest.mark.parametrize("step", [100, 7])
def test_differences_are_added_up_for_each_lead(tmp_path, monkeypatch, step):
    monkeypatch.setattr(wfdb_signal_file, "BLOCK_SAMPLES", 60)
    monkeypatch.setattr(wfdb_signal_file, "LEAST_FRAMES", 1)
    values = np.random.default_rng(1).integers(-128, 128, (100, 3)).astype(np.int8)
    (tmp_path / "x.dat").write_bytes(values.tobytes())
    line = "x.dat 8{} 200(0)/mV 16 0 {}"
    leads = [parse_lead(tmp_path / "x.hea", line.format(*pair)) for pair in (("x2", 9), ("", -4))]
    file = SignalFile(tmp_path / "x.dat", leads, [0, 1], 100, tmp_path / "x.hea")
    found = [file.read(a, min(a + step, 100), [1, 0]) for a in range(0, 100, step)]
    wide = values.astype(np.int64)
    np.testing.assert_array_equal(np.concatenate([f[0] for f in found]), wide[:, 2].cumsum() - 4)
    both = wide[:, :2].reshape(-1).cumsum() + 9
    np.testing.assert_array_equal(np.concatenate([f[1] for f in found]), both)


def test_a_frame_that_would_fill_the_memory_is_refused(tmp_path):
    lead = parse_lead(tmp_path / "x.hea", "x.dat 16x100000 200 16 0 0 0 0 II")
    leads = [lead] * (MAX_FRAME_SAMPLES // 100_000 + 1)
    with pytest.raises(UserError, match=r"x\.hea: a frame of x\.dat has \d+ samples"):
        SignalFile(tmp_path / "x.dat", leads, [0], 1, tmp_path / "x.hea")
