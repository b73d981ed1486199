import doctest
import json
import threading
from pathlib import Path

import pytest

from ecg_anomaly.cli import result_folders
from ecg_anomaly.cli.result_folders import FAILED, begin_list, place_results, write_list
from ecg_anomaly.cli.score_file import Outcome
from ecg_anomaly.files.errors import UserError


@pytest.mark.parametrize(
    ("records", "places"),
    [
        (["a/1", "a/2"], {}),
        (["a/1", "b/1.hea", "b/2"], {"a/1": "a", "b/1.hea": "b"}),
        (["x/a/1", "x/b/c/1"], {"x/a/1": "a", "x/b/c/1": "b/c"}),
        (["x/1", "x/b/1"], {"x/1": ".", "x/b/1": "b"}),
        (["a/../b/1", "./c/1"], {"a/../b/1": "b", "./c/1": "c"}),
        (["a/r.1.csv", "b/r_1"], {"a/r.1.csv": "a", "b/r_1": "b"}),
        (["a/1.edf", "a/1.CSV"], {"a/1.edf": "edf", "a/1.CSV": "csv"}),
        (["a/1", "a/1.scp", "b/1"], {"a/1": "a/wfdb", "a/1.scp": "a/scp", "b/1": "b"}),
    ],
)
def test_recordings_of_one_name_keep_the_folders_in_which_they_differ(records, places):
    assert place_results(records) == places


@pytest.mark.parametrize("records", [["a/1", "a/1.hea"], ["a/1", "a/1"], ["1.edf", "./1.EDF"]])
def test_two_of_one_name_in_one_folder_are_refused(records):
    with pytest.raises(UserError, match=r"would both write 1\.\*; score them into two folders"):
        place_results(records)


def test_no_folder_leads_out_of_the_output(tmp_path, monkeypatch):
    deep = tmp_path / "b/c/d"
    deep.mkdir(parents=True)
    monkeypatch.chdir(deep)
    places = place_results(["../../1", "/1", "a/1"])
    assert not any(place.startswith(("..", "/")) for place in places.values())


def test_the_example_in_the_docstring_holds():
    assert doctest.testmod(result_folders).failed == 0


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
