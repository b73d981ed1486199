from pathlib import Path

import numpy as np
import pytest
import wfdb

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.wfdb.wfdb_record import WfdbRecord

#: Bytes of one sample; wfdb writes not all of these formats, but reads them.
SIZES = {
    "8": 1, "16": 2, "24": 3, "32": 4, "61": 2, "80": 1, "160": 2, "212": 1.5, "310": 4 / 3,
    "311": 4 / 3,
}  # fmt: skip
COMPRESSED = {"508": 8, "516": 16, "524": 24}


def write(folder: Path, fmt: str, n_samples: int, n_leads: int, seed: int = 0) -> np.ndarray:
    """Write a record of random bytes; return the amplitudes that wfdb reads."""
    rng = np.random.default_rng(seed)
    if fmt in COMPRESSED:
        top = 2 ** (COMPRESSED[fmt] - 1)
        values = rng.integers(-top, top, (n_samples, n_leads))
        wfdb.wrsamp(
            "r", fs=250, units=["mV"] * n_leads, sig_name=[f"L{i}" for i in range(n_leads)],
            d_signal=values, fmt=[fmt] * n_leads, adc_gain=[100.0] * n_leads,
            baseline=[3] * n_leads, write_dir=str(folder),
        )  # fmt: skip
    else:
        write_bytes(folder, fmt, n_samples, n_leads, rng)
    return wfdb.rdrecord(str(folder / "r")).p_signal.astype(np.float32)


def write_bytes(folder: Path, fmt: str, n_samples: int, n_leads: int, rng) -> None:
    n_bytes = -(-int(np.ceil(n_samples * n_leads * SIZES[fmt])) // 4) * 4
    raw = rng.integers(0, 256, n_bytes, dtype=np.uint8)
    if fmt == "311":
        raw[3::4] &= 0x3F  # wfdb takes a bit of the next sample when the spare bits are set
    (folder / "r.dat").write_bytes(bytes(5) + raw.tobytes())
    line = f"r.dat {fmt}+5 100(3)/mV 16 0 7"
    header = f"r {n_leads} 250 {n_samples}\n" + f"{line}\n" * n_leads
    (folder / "r.hea").write_text(header)


@pytest.mark.parametrize("fmt", [*SIZES, *COMPRESSED])
@pytest.mark.parametrize(("n_samples", "n_leads"), [(400, 1), (401, 2), (399, 3)])
def test_every_format_is_read_as_wfdb_reads_it(tmp_path, fmt, n_samples, n_leads):
    values = write(tmp_path, fmt, n_samples, n_leads)
    recording = WfdbRecord(tmp_path / "r.hea")
    np.testing.assert_array_equal(recording.read(0, n_samples), values)


@pytest.mark.parametrize("fmt", [*SIZES, *COMPRESSED])
def test_any_part_is_that_part_of_the_whole(tmp_path, fmt, monkeypatch):
    monkeypatch.setattr("ecg_anomaly.records.wfdb.wfdb_signal_file.BLOCK_SAMPLES", 64)
    monkeypatch.setattr("ecg_anomaly.records.wfdb.wfdb_signal_file.LEAST_FRAMES", 1)
    values = write(tmp_path, fmt, 401, 3, seed=1)
    recording = WfdbRecord(tmp_path / "r.hea")
    rng = np.random.default_rng(2)
    edges = np.sort(rng.integers(0, 402, (60, 2)), axis=1).tolist()
    for start, stop in [*edges, [0, 1], [400, 401], [7, 7], [401, 401]]:
        np.testing.assert_array_equal(recording.read(start, stop), values[start:stop])


@pytest.mark.parametrize("fmt", SIZES)
def test_a_length_that_is_not_stated_comes_from_the_file(tmp_path, fmt):
    values = write(tmp_path, fmt, 402, 2)
    header = tmp_path / "r.hea"
    header.write_text(header.read_text().replace("r 2 250 402", "r 2 250"))
    recording = WfdbRecord(header)
    assert 402 <= recording.n_samples <= 403
    np.testing.assert_array_equal(recording.read(0, 402), values)


def test_an_unknown_format_is_named(tmp_path):
    write(tmp_path, "16", 10, 1)
    header = tmp_path / "r.hea"
    header.write_text(header.read_text().replace("r.dat 16+", "r.dat 17+"))
    with pytest.raises(UserError, match=r"r\.hea: format 17 of r\.dat"):
        WfdbRecord(header)


@pytest.mark.parametrize("content", [b"", b"fLaC", b"fLaC" + bytes(500)])
def test_a_broken_compressed_file_is_named(tmp_path, content):
    write(tmp_path, "516", 400, 2)
    assert (tmp_path / "r.dat").read_bytes()[:4] == b"fLaC"
    (tmp_path / "r.dat").write_bytes(content)
    with pytest.raises(UserError, match=r"r\.dat"):
        WfdbRecord(tmp_path / "r.hea").read(0, 400)
