import errno
import os
import pickle
from pathlib import Path

import pytest

from ecg_anomaly.files.atomic import replace_files, write_text
from ecg_anomaly.files.errors import (
    MOST_QUOTED,
    MOST_SAID,
    UserError,
    disk_errors,
    explain_unexpected,
    list_some,
)


def test_message_is_one_line_with_file_rule_and_way_out():
    error = UserError("a.hea", "gain is 0\nin  line 2", "write the gain")
    assert str(error) == "a.hea: gain is 0 in line 2; write the gain"


def test_a_place_that_ends_in_a_colon_has_no_second_one():
    error = UserError("websocket:", "nobody can send to it", "add --serve")
    assert str(error) == "websocket: nobody can send to it; add --serve"


def test_survives_the_way_back_from_a_worker_process():
    error = pickle.loads(pickle.dumps(UserError("key", "rule", "way out")))
    assert (error.where, error.rule, error.way_out) == ("key", "rule", "way out")


@pytest.mark.parametrize("around", ["line {!r} is malformed", "gain is {} in a line", 'is "{}"'])
@pytest.mark.parametrize("letter", ["9", "9 "])
def test_what_is_complained_about_is_repeated_in_part(around, letter):
    error = UserError("a.hea", around.format(letter * 10_000_000), "correct it")
    assert len(error.rule) <= MOST_SAID
    if "{}" not in around or letter == "9":
        assert error.rule.count("9") <= MOST_QUOTED
    assert around.split("{")[0].strip(' "') in error.rule


def test_our_own_words_and_short_quotes_stay():
    rule = "the record's length is '5' in the header's line and so on, " * 4
    assert UserError("a" * 200, rule, "way").rule == rule
    assert UserError("a" * 200, rule, "way").where == "a" * 200


def test_a_list_of_names_is_as_long_as_a_message_may_be():
    assert list_some(["MLII", "V1"]) == "MLII, V1"
    assert len(list_some(f"lead {k}" for k in range(10**6))) <= MOST_QUOTED + len(", ...")
    assert len(list_some(["x" * 10**6])) <= MOST_QUOTED
    assert list_some([]) == ""


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


@pytest.mark.parametrize(
    ("error", "rule", "way_out"),
    [
        (RuntimeError("can't start new thread"), "one thread more", "ulimit -u"),
        (BlockingIOError(errno.EAGAIN, "unavailable"), "one thread more", "ulimit -u"),
        (MemoryError(), "not enough memory", "memory is free"),
        (OSError(errno.ENOMEM, "no"), "not enough memory", "memory is free"),
    ],
    ids=str,
)
def test_a_limit_of_the_system_is_no_defect(error, rule, way_out, capfd):
    said = explain_unexpected("a.hea", error)
    assert (rule in said.rule, way_out in said.way_out) == (True, True)
    assert capfd.readouterr().err == ""


def test_a_defect_has_its_traceback_and_is_to_be_reported(capfd):
    try:
        raise KeyError("lead")
    except KeyError as error:
        said = explain_unexpected("a.hea", error, "the log")
    assert str(said) == "a.hea: internal error (KeyError: 'lead'); report it with the log"
    assert "Traceback" in capfd.readouterr().err
