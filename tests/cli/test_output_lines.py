"""Lines that cannot be printed lose no result."""

import io
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ecg_anomaly.cli.output_lines import print_line, printing_alone
from ecg_anomaly.triage.result_files import is_whole

SRC = Path(__file__).resolve().parents[2] / "src"

needs_dev_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")


MANY_LINES = """
import sys
from ecg_anomaly.cli.output_lines import print_line, printing_alone
for _ in range(4):
    with printing_alone(sys.stdout):
        print_line(sys.argv[1] * 50_000, sys.stdout)
"""


def test_long_lines_of_several_processes_are_not_mixed_in_a_pipe():
    read, write = os.pipe()
    command = [sys.executable, "-c", MANY_LINES]
    writers = [subprocess.Popen([*command, sign], cwd=SRC, stdout=write) for sign in "abc"]
    os.close(write)
    time.sleep(0.5)  # all of them wait for the reader
    with os.fdopen(read, "rb") as pipe:
        lines = pipe.read().split()
    assert [writer.wait(10) for writer in writers] == [0, 0, 0]
    assert sorted(lines) == sorted(4 * [sign * 50_000 for sign in (b"a", b"b", b"c")])


def test_without_a_stream_nobody_is_waited_for():
    with printing_alone(None), printing_alone(io.StringIO()):
        pass


@pytest.fixture
def score_process(model, tmp_path):
    """Return a function that scores in a process of its own, into ``out``."""

    def run(*words: bytes | str | Path, shell: str = '"$@"', **environment: str):
        options = ["--detector", str(model), "--output", str(tmp_path / "out")]
        command = [sys.executable, "-m", "ecg_anomaly.cli.main", "score", *words, *options]
        return subprocess.run(
            ["sh", "-c", shell, "sh", *command],
            env={**os.environ, "PYTHONPATH": str(SRC), **environment},
            capture_output=True,
            check=False,
        )

    return run


@needs_dev_full
@pytest.mark.parametrize("workers", [1, 2])
def test_a_full_standard_output_is_said_in_the_status(score_process, records, tmp_path, workers):
    words = [records / "s01", records / "s02", "--workers", str(workers)]
    done = score_process(*words, shell='"$@" > /dev/full')
    assert done.returncode == 1
    said = done.stderr.decode().splitlines()
    assert len(said) == 1
    assert said[0].startswith("error: standard output: cannot be written (No space left")
    assert all(is_whole(tmp_path / f"out/{name}.summary.json") for name in ("s01", "s02"))


@needs_dev_full
def test_when_nothing_at_all_can_be_printed_the_status_is_left(score_process, records, tmp_path):
    done = score_process(records / "s01", shell='"$@" > /dev/full 2> /dev/full')
    assert done.returncode == 1
    assert is_whole(tmp_path / "out/s01.summary.json")


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_closed_standard_output_is_not_taken_by_a_result(
    score_process, records, tmp_path, closed
):
    done = score_process(records / "s01", records / "absent", shell=f'"$@" {closed}')
    assert done.returncode == 1
    assert is_whole(tmp_path / "out/s01.summary.json")
    assert len(json.loads((tmp_path / "out/failed.json").read_text())) == 1


ENCODINGS = [
    {"PYTHONIOENCODING": "ascii"},
    {"LC_ALL": "C"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
]


@pytest.mark.parametrize("environment", ENCODINGS)
@pytest.mark.parametrize("name", ["Jürg ♥".encode(), b"J\xfcrg \xff"])
def test_any_name_is_scored_in_any_locale(score_process, records, tmp_path, name, environment):
    text = (records / "s01.hea").read_bytes()
    path = os.fsencode(records) + b"/" + name
    Path(os.fsdecode(path + b".hea")).write_bytes(text)
    done = score_process(path, os.fsencode(records) + b"/absent \xff", **environment)
    said = done.stderr.decode()
    assert "Traceback" not in said
    assert done.returncode == 1  # for the absent one
    assert len(said.splitlines()) == 2
    (summary,) = (tmp_path / "out").glob("*.summary.json")
    assert is_whole(summary)
    (row,) = json.loads((tmp_path / "out/failed.json").read_text())
    if "PYTHONUTF8" not in environment:
        assert os.fsencode(row["record"]).endswith(b"absent \xff")


def test_long_names_are_scored(score, records, tmp_path, capsys):
    paths = [records / ("x" * length + ".hea") for length in (200, 236, 240, 251)]
    for path in paths:
        path.write_bytes((records / "s01.hea").read_bytes())
    assert score(*paths) == 0
    assert capsys.readouterr().err == ""
    summaries = list((tmp_path / "out").glob("*.summary.json"))
    assert len(summaries) == len(paths)
    assert all(map(is_whole, summaries))


@pytest.mark.parametrize("length", [252, 300, 5000])
@pytest.mark.parametrize("letter", ["x", "ü"])
def test_a_name_that_no_file_can_have_is_refused_in_a_line(score, records, capsys, letter, length):
    assert score(records / (letter * length)) == 1
    first = capsys.readouterr().err.splitlines()[0]
    assert first.startswith("error: ")
    assert "space" not in first


def test_characters_that_a_stream_cannot_hold_are_escaped():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert print_line("Jürg \udcff", stream) == ""
    assert stream.buffer.getvalue() == b"J\\xfcrg \\udcff\n"


def test_a_stream_that_is_gone_is_said():
    stream = io.TextIOWrapper(io.BytesIO())
    stream.close()
    assert (print_line("x", None), print_line("x", stream)) == ("closed", "closed")
