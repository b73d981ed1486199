"""A snapshot is read as it was written, or refused in one line."""

import numpy as np
import pytest

from ecg_anomaly.detector import stream_snapshot
from ecg_anomaly.detector.stream_snapshot import FORMAT, read_snapshot, write_snapshot
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.packed_arrays import pack_arrays

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
    with pytest.raises(TypeError, match="object"):
        write_snapshot(IDENTITY, {"one": {"a": np.array([{}], object)}})


def test_another_identity_or_version_is_refused(monkeypatch):
    kept = write_snapshot(IDENTITY, PARTS)
    with pytest.raises(UserError, match="another fs"):
        read_snapshot(kept, {**IDENTITY, "fs": 250.0}, "s")
    monkeypatch.setattr(stream_snapshot, "FORMAT", 99)
    with pytest.raises(UserError, match=f"layout {FORMAT}, this version reads 99"):
        read_snapshot(kept, IDENTITY, "s")


@pytest.mark.parametrize("damaged", [b"", b"PK\x03\x04" * 20, b"[" * 100_000])
def test_what_is_no_snapshot_is_refused(damaged):
    with pytest.raises(UserError, match="not a readable snapshot"):
        read_snapshot(damaged, IDENTITY, "s")


def test_arrays_of_something_else_are_refused():
    with pytest.raises(UserError, match="layout None"):
        read_snapshot(pack_arrays({}, PARTS["one"]), IDENTITY, "s")
