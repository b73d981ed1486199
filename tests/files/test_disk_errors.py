"""Every error of the system has one line that is true."""

import errno
import os
from pathlib import Path

import pytest

from ecg_anomaly.files.atomic import replace_files, write_text
from ecg_anomaly.files.disk_errors import disk_errors
from ecg_anomaly.files.errors import UserError


@pytest.mark.parametrize("code", sorted(errno.errorcode))
def test_space_is_asked_for_only_where_it_is_missing(tmp_path: Path, code: int) -> None:
    with pytest.raises(UserError) as caught, disk_errors(tmp_path / "out"):
        raise OSError(code, os.strerror(code))
    assert caught.value.where == str(tmp_path / "out")
    assert os.strerror(code) in caught.value.rule
    assert ("space" in caught.value.way_out) == (code in (errno.ENOSPC, errno.EDQUOT))


def test_a_file_that_is_read_meanwhile_is_not_said_to_be_written(tmp_path: Path) -> None:
    absent = tmp_path / "records" / "s01.dat"
    with pytest.raises(UserError) as caught, replace_files([tmp_path / "out" / "a"]):
        absent.open()
    assert caught.value.where == str(absent)
    assert "written" not in str(caught.value)


def test_the_file_of_a_set_that_fails_is_named_by_what_it_was_to_be(tmp_path: Path) -> None:
    targets = [tmp_path / "a", tmp_path / "b"]
    with pytest.raises(UserError) as caught, replace_files(targets) as (_, second):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(second))
    assert caught.value.where == str(targets[1])
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_too_long_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"too long.*shorten the name"):
        write_text(tmp_path / ("x" * 256), "")
    assert list(tmp_path.iterdir()) == []
