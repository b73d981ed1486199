from contextlib import suppress

import numpy as np
import pytest

from ecg_anomaly.files.array_archive import write_array_by_array
from ecg_anomaly.files.atomic import read_arrays


def test_arrays_added_one_at_a_time_come_back(tmp_path):
    with write_array_by_array(tmp_path / "x.npz") as writer:
        writer.add("rows", np.arange(12).reshape(3, 4).T)
        writer.add("none", np.zeros((0, 2), np.float32))
    back = read_arrays(tmp_path / "x.npz")
    np.testing.assert_array_equal(back["rows"], np.arange(12).reshape(3, 4).T)
    assert back["none"].shape == (0, 2)


def test_two_writes_give_equal_bytes(tmp_path):
    for name in "ab":
        with write_array_by_array(tmp_path / name) as writer:
            writer.add("x", np.arange(5))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_nothing_is_left_when_the_block_fails(tmp_path):
    with suppress(KeyError), write_array_by_array(tmp_path / "x.npz") as writer:
        writer.add("x", np.arange(5))
        raise KeyError
    assert list(tmp_path.iterdir()) == []


def test_objects_are_refused(tmp_path):
    target = write_array_by_array(tmp_path / "x.npz")
    with pytest.raises(ValueError, match="allow_pickle"), target as writer:
        writer.add("x", np.array([None]))
    assert list(tmp_path.iterdir()) == []
