"""The list of failed recordings, also when two commands write into one folder."""

import json
import threading
from pathlib import Path

import pytest

from ecg_anomaly.cli.failed_list import FAILED, begin_list, write_list
from ecg_anomaly.cli.score_file import Outcome
from ecg_anomaly.files.errors import UserError


def failure(path: str, rule: str = "is empty") -> Outcome:
    return Outcome(path, error=(path, rule, "give another"))


def listed(folder: Path) -> list[str]:
    return [row["record"] for row in json.loads((folder / FAILED).read_text())]


def test_a_former_list_goes_and_no_failure_is_no_list(tmp_path: Path) -> None:
    begin_list(tmp_path / "new")
    write_list(tmp_path / "new", [failure("a")])
    assert listed(tmp_path / "new") == ["a"]
    begin_list(tmp_path / "new")
    write_list(tmp_path / "new", [])
    assert list((tmp_path / "new").iterdir()) == []


def test_what_a_command_at_the_same_time_wrote_is_kept(tmp_path: Path) -> None:
    begin_list(tmp_path)
    begin_list(tmp_path)
    write_list(tmp_path, [failure("a"), failure("b")])
    write_list(tmp_path, [failure("b", "is a folder"), failure("c")])
    assert listed(tmp_path) == ["a", "b", "c"]
    assert json.loads((tmp_path / FAILED).read_text())[1]["rule"] == "is a folder"


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    started = threading.Barrier(8)

    def run(name: str) -> None:
        begin_list(tmp_path)
        started.wait()
        write_list(tmp_path, [failure(name)])

    threads = [threading.Thread(target=run, args=(f"r{k}",)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(listed(tmp_path)) == [f"r{k}" for k in range(8)]


@pytest.mark.parametrize("content", [b"{", b"3", b"[1]", b"\xff"])
def test_a_list_that_is_none_is_replaced(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FAILED).write_bytes(content)
    write_list(tmp_path, [failure("a")])
    assert listed(tmp_path) == ["a"]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UserError, match=r"failed\.json: cannot be written"):
        begin_list(tmp_path / "file")
