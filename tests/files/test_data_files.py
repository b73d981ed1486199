"""Files of earlier stages: damaged ones and those of other versions are one line with a way out."""

import json
import os
import pickle

import numpy as np
import pytest

from ecg_anomaly.files.atomic import write_arrays, write_json
from ecg_anomaly.files.data_files import (
    FileContent,
    read_array,
    read_arrays,
    read_json,
)
from ecg_anomaly.files.errors import UserError


def test_an_absent_array_read_alone_is_a_users_error(tmp_path):
    write_arrays(tmp_path / "x.npz", {"score": np.zeros(3)})
    assert read_array(tmp_path / "x.npz", "score").tolist() == [0, 0, 0]
    with pytest.raises(UserError, match="has no 'odds'"):
        read_array(tmp_path / "x.npz", "odds")


def test_an_absent_key_at_any_depth_names_the_file(tmp_path):
    write_json(tmp_path / "x.json", {"rows": [{"a": 1, "b": {"c": 2}}]})
    content = read_json(tmp_path / "x.json")
    assert content["rows"][0]["b"]["c"] == 2
    assert content.get("new") is None
    for part in (content, content["rows"][0], content["rows"][0]["b"]):
        with pytest.raises(UserError, match=r"x\.json: has no 'new'.*`dvc repro`"):
            part["new"]


def test_what_is_read_is_a_dict_like_any_other(tmp_path):
    written = {"b": 1, "a": {"c": [1.5, None]}}
    write_json(tmp_path / "x.json", written)
    content = read_json(tmp_path / "x.json")
    assert content == written
    assert pickle.loads(pickle.dumps(content)) == written
    assert json.dumps(content) == json.dumps(written)


def test_the_error_is_a_key_error_too_for_whom_a_missing_key_is_a_case():
    with pytest.raises(KeyError):
        FileContent({}, "x.json")["a"]


def corrupt(content):
    return {
        "empty": b"",
        "text": b"not an archive",
        "zip magic": b"PK\x03\x04" + b"\xff" * 40,
        "truncated": content[: len(content) // 2],
        "flipped": content[:140] + bytes([content[140] ^ 255]) + content[141:],
    }


@pytest.mark.parametrize("damage", ["empty", "text", "zip magic", "truncated", "flipped"])
def test_damaged_archive_is_a_users_error(tmp_path, damage):
    path = tmp_path / "x.npz"
    write_arrays(path, {"x": np.arange(50.0)})
    path.write_bytes(corrupt(path.read_bytes())[damage])
    with pytest.raises(UserError, match=r"x\.npz: not a readable npz"):
        read_arrays(path)


def test_npy_in_the_place_of_an_archive_is_a_users_error(tmp_path):
    np.save(tmp_path / "x.npy", np.arange(3))
    with pytest.raises(UserError, match="not a readable npz"):
        read_arrays(tmp_path / "x.npy")


@pytest.mark.parametrize("read", [read_arrays, read_json])
def test_absent_file_and_folder_are_users_errors(tmp_path, read):
    with pytest.raises(UserError, match="no such file; run `dvc repro`"):
        read(tmp_path / "absent")
    with pytest.raises(UserError):
        read(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe{}"])
def test_damaged_json_is_a_users_error(tmp_path, content):
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(UserError, match="not JSON"):
        read_json(tmp_path / "x.json")


def test_a_pipe_and_a_file_of_great_size_are_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "large.json").touch()
    os.truncate(tmp_path / "large.json", 1 << 40)
    for name in ("pipe.json", "large.json"):
        with pytest.raises(UserError, match="not JSON"):
            read_json(tmp_path / name)
