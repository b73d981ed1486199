"""Files and folders that are whole or absent, and reading what is neither."""

import errno
import hashlib
import os
import shutil
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from ecg_anomaly.files.atomic import (
    replace_file,
    replace_folder,
    write_arrays,
    write_json,
    write_text,
)
from ecg_anomaly.files.data_files import read_arrays, read_json
from ecg_anomaly.files.errors import UserError


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_file_appears_with_its_content_in_folders_that_did_not_exist(tmp_path):
    write_text(tmp_path / "a" / "b" / "text.txt", "µ")
    assert (tmp_path / "a" / "b" / "text.txt").read_bytes() == "µ".encode()
    assert names(tmp_path / "a" / "b") == ["text.txt"]


def test_failing_block_leaves_the_old_file_and_no_temporary(tmp_path):
    target = tmp_path / "text.txt"
    write_text(target, "old")
    with suppress(KeyError), replace_file(target) as temporary:
        temporary.write_text("half")
        raise KeyError
    assert target.read_text() == "old"
    assert names(tmp_path) == ["text.txt"]


def test_old_file_stands_until_the_block_has_ended(tmp_path):
    write_text(tmp_path / "text.txt", "old")
    with replace_file(tmp_path / "text.txt") as temporary:
        temporary.write_text("new")
        assert (tmp_path / "text.txt").read_text() == "old"
    assert (tmp_path / "text.txt").read_text() == "new"


def test_permissions_follow_the_umask_as_for_any_other_file(tmp_path):
    write_text(tmp_path / "ours", "")
    (tmp_path / "theirs").write_text("")
    with replace_folder(tmp_path / "our_folder"):
        pass
    (tmp_path / "their_folder").mkdir()
    for ours, theirs in (("ours", "theirs"), ("our_folder", "their_folder")):
        assert (tmp_path / ours).stat().st_mode == (tmp_path / theirs).stat().st_mode


def test_folder_takes_the_place_of_the_former_one(tmp_path):
    for name in ("first", "second"):
        with replace_folder(tmp_path / "out") as folder:
            (folder / name).write_text(name)
    assert names(tmp_path / "out") == ["second"]
    assert names(tmp_path) == ["out"]


def test_failing_block_leaves_the_old_folder_and_no_temporary(tmp_path):
    with replace_folder(tmp_path / "out") as folder:
        (folder / "old").write_text("old")
    with suppress(KeyError), replace_folder(tmp_path / "out") as folder:
        (folder / "half").write_text("half")
        raise KeyError
    assert names(tmp_path / "out") == ["old"]
    assert names(tmp_path) == ["out"]


def test_a_kill_while_the_former_folder_is_deleted_leaves_the_new_one_whole(tmp_path, monkeypatch):
    with replace_folder(tmp_path / "out") as folder:
        (folder / "old").write_text("old")

    def die(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(shutil, "rmtree", die)
    with suppress(KeyboardInterrupt), replace_folder(tmp_path / "out") as folder:
        (folder / "new").write_text("new")
    assert names(tmp_path / "out") == ["new"]


@pytest.mark.parametrize("replace", [replace_file, replace_folder])
def test_a_file_where_a_folder_is_needed_is_a_users_error(tmp_path, replace):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"), replace(tmp_path / "file" / "out"):
        pass
    assert names(tmp_path) == ["file"]


def test_folder_and_file_do_not_replace_each_other(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("kept")
    with pytest.raises(UserError, match="folder: cannot be written"):
        write_text(tmp_path / "folder", "text")
    with (
        pytest.raises(UserError, match="file: cannot be written"),
        replace_folder(tmp_path / "file"),
    ):
        pass
    assert (tmp_path / "file").read_text() == "kept"
    assert names(tmp_path) == ["file", "folder"]


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_read_only_disk_is_a_users_error_that_names_the_file(tmp_path, monkeypatch, code):
    def refuse(**kwargs):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.raises(UserError, match=os.strerror(code)) as caught:
        write_text(tmp_path / "out.txt", "text")
    assert caught.value.where == str(tmp_path / "out.txt")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_full_disk_is_a_users_error_and_the_old_file_stays(tmp_path):
    write_text(tmp_path / "out.txt", "old")
    with (
        pytest.raises(UserError, match="No space left"),
        replace_file(tmp_path / "out.txt"),
        open("/dev/full", "w") as full,
    ):
        full.write("x")
    assert (tmp_path / "out.txt").read_text() == "old"
    assert names(tmp_path) == ["out.txt"]


def test_errors_of_other_libraries_keep_their_class(tmp_path):
    class RequestError(OSError):
        pass

    with pytest.raises(RequestError), replace_file(tmp_path / "out"):
        raise RequestError("not of the disk")


def test_arrays_come_back_and_equal_arrays_give_equal_bytes(tmp_path):
    arrays = {"x": np.arange(6.0).reshape(2, 3), "s": np.array(["N", "V"]), "none": np.zeros(0)}
    for name in ("one.npz", "two.npz"):
        write_arrays(tmp_path / name, arrays)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    back = read_arrays(tmp_path / "one.npz")
    assert back.keys() == arrays.keys()
    for name, array in arrays.items():
        assert back[name].dtype == array.dtype
        np.testing.assert_array_equal(back[name], array)


def test_objects_are_refused_because_they_need_pickle(tmp_path):
    with pytest.raises(ValueError, match="allow_pickle"):
        write_arrays(tmp_path / "x.npz", {"x": np.array([{}], dtype=object)})
    assert names(tmp_path) == []


def test_json_keeps_order_and_letters_and_refuses_nan(tmp_path):
    write_json(tmp_path / "x.json", {"b": "µ", "a": [1, None]})
    assert "µ" in (tmp_path / "x.json").read_text(encoding="utf-8")
    assert list(read_json(tmp_path / "x.json")) == ["b", "a"]
    with pytest.raises(ValueError, match="JSON"):
        write_json(tmp_path / "x.json", float("nan"))


def test_the_bytes_of_arrays_are_those_of_any_release_of_python(tmp_path):
    """A digest that a lock file holds must be that of the next machine, too."""
    write_arrays(tmp_path / "x.npz", {"a": np.arange(3, dtype="<i8"), "b": np.zeros((2, 0), "<f4")})
    content = (tmp_path / "x.npz").read_bytes()
    assert hashlib.sha256(content).hexdigest() == (
        "4ecd72e1a2f0b1732269fdd11264f329d66d2e68da6794d9ac281c94678ab31f"
    )
    with zipfile.ZipFile(tmp_path / "x.npz") as archive:
        assert {member.create_version for member in archive.infolist()} == {20}
        assert {member.extra for member in archive.infolist()} == {b""}
