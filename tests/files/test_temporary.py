"""Temporary files: names that are long, locks, and a race with a process that tidies up."""

import os
import tempfile
import threading
import time
from pathlib import Path

import pytest

from ecg_anomaly.files import temporary
from ecg_anomaly.files.temporary import locked_folder, remove_abandoned, temporary_beside


@pytest.mark.parametrize("folder", [False, True])
@pytest.mark.parametrize("name", ["x" * 255, "ü" * 127, "a" * 255 + "b", "short"])
def test_every_name_that_a_file_can_have_has_a_temporary_one(tmp_path: Path, name, folder) -> None:
    with temporary_beside(tmp_path / name, folder) as path:
        assert path.is_dir() == folder
        assert len(os.fsencode(path.name)) <= 255
    assert list(tmp_path.iterdir()) == []


def test_long_names_that_begin_alike_are_not_taken_for_each_other(tmp_path: Path) -> None:
    names = ["x" * 254 + end for end in "ab"]
    left = [Path(tempfile.mkstemp(dir=tmp_path, prefix=f".{temporary._short_name(n)}.",
                                  suffix=".tmp")[1]) for n in names]  # fmt: skip
    remove_abandoned([tmp_path / names[0]])
    assert [path.exists() for path in left] == [False, True]


@pytest.mark.parametrize("folder", [False, True])
def test_one_that_is_removed_before_it_is_locked_is_made_again(tmp_path, monkeypatch, folder):
    made, lock = [], temporary._lock

    def lose_the_first(handle, wait=False):
        if not made:
            (path,) = tmp_path.iterdir()
            made.append(path)
            temporary._remove(path)
        return lock(handle, wait)

    monkeypatch.setattr(temporary, "_lock", lose_the_first)
    with temporary_beside(tmp_path / "x", folder) as path:
        assert path.exists()
        assert path != made[0]


def test_a_folder_is_locked_by_one_at_a_time(tmp_path: Path) -> None:
    inside, most = [], []

    def work():
        with locked_folder(tmp_path):
            inside.append(1)
            time.sleep(0.02)
            most.append(len(inside))
            inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]


def test_a_lock_that_is_not_given_back_is_not_waited_for_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr(temporary, "PATIENCE_S", 0.05)
    with locked_folder(tmp_path), locked_folder(tmp_path):
        pass


def test_where_nothing_can_be_locked_files_are_written_and_nothing_is_removed(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(temporary, "fcntl", None)
    (tmp_path / ".x.abcdefgh.tmp").touch()
    with temporary_beside(tmp_path / "x"), locked_folder(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [".x.abcdefgh.tmp"]
