"""A snapshot is read as it was written, or refused in one line."""

import io
import zipfile

import numpy as np
import pytest

from ecg_anomaly.detector import stream_snapshot
from ecg_anomaly.detector.stream_snapshot import read_snapshot, write_snapshot
from ecg_anomaly.files.errors import UserError

IDENTITY = {"detector": "abc", "fs": 360.0, "leads": ["II", "V1"]}
PARTS = {
    "one": {"a": np.arange(6.0).reshape(2, 3), "text": np.array(["", "noise"], "<U16")},
    "two": {"a": np.asfortranarray(np.ones((3, 2), np.float32)), "none": np.zeros((0, 4))},
}


def test_what_is_written_is_read():
    found = read_snapshot(write_snapshot(IDENTITY, PARTS), IDENTITY, "s")
    assert found.keys() == PARTS.keys()
    for part, state in PARTS.items():
        assert found[part].keys() == state.keys()
        for name, array in state.items():
            assert found[part][name].dtype == array.dtype
            np.testing.assert_array_equal(found[part][name], array)
            found[part][name][...] = 0  # what is read may be changed


def test_objects_are_never_written():
    with pytest.raises(ValueError, match="pickle"):
        write_snapshot(IDENTITY, {"one": {"a": np.array([{}], object)}})


def test_another_identity_or_version_is_refused(monkeypatch):
    kept = write_snapshot(IDENTITY, PARTS)
    with pytest.raises(UserError, match="another fs"):
        read_snapshot(kept, {**IDENTITY, "fs": 250.0}, "s")
    monkeypatch.setattr(stream_snapshot, "FORMAT", 99)
    with pytest.raises(UserError, match="layout 4, this version reads 99"):
        read_snapshot(kept, IDENTITY, "s")


def with_member(data: bytes, compression: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO(write_snapshot(IDENTITY, PARTS))
    with zipfile.ZipFile(stream, "a", compression) as archive:
        archive.writestr("one.b.npy", data)
    return stream.getvalue()


def npy(array: np.ndarray, **options: bool) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, **options)
    return stream.getvalue()


def test_claims_and_objects_are_refused_before_memory_is_taken():
    honest = npy(np.zeros(8))
    assert read_snapshot(with_member(honest), IDENTITY, "s")["one"]["b"].shape == (8,)
    claim = honest.replace(b"(8,), ", b"(1<<60)")
    for data in (
        honest.replace(b"(8,)", b"(9,)"), honest[:-1], b"", b"x" * 100, claim,
        npy(np.array([None]), allow_pickle=True), honest.replace(b"NUMPY\x01", b"NUMPY\x02"),
    ):  # fmt: skip
        with pytest.raises(UserError, match="not a readable snapshot"):
            read_snapshot(with_member(data), IDENTITY, "s")
    with pytest.raises(UserError, match="compressed"):
        read_snapshot(with_member(honest, zipfile.ZIP_DEFLATED), IDENTITY, "s")


def test_a_header_that_is_no_table_is_refused():
    for header in (b"[]", b"3", b"{", b"{}"):
        stream = io.BytesIO()
        np.savez(stream, header=np.frombuffer(header, np.uint8))
        with pytest.raises(UserError, match="not a readable snapshot"):
            read_snapshot(stream.getvalue(), IDENTITY, "s")
