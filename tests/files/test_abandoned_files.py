"""What is left behind by a killed writer is removed by the next one."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ecg_anomaly.files.atomic import replace_file, replace_folder, write_text

SRC = Path(__file__).resolve().parents[2] / "src"

WRITER = """
import sys, time
from ecg_anomaly.files import atomic
with getattr(atomic, sys.argv[1])(sys.argv[2]) as temporary:
    print(temporary, flush=True)
    time.sleep(60)
"""


def killed_writer(kind: str, target: Path) -> Path:
    """Begin to write in another process, kill it, and return what it left."""
    command = [sys.executable, "-c", WRITER, kind, str(target)]
    with subprocess.Popen(command, cwd=SRC, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        process.send_signal(signal.SIGKILL)
    assert left.exists()
    return left


@pytest.mark.parametrize(("kind", "again"), [("replace_file", 0), ("replace_folder", 1)])
def test_a_killed_writer_leaves_nothing_for_ever(tmp_path: Path, kind: str, again: int) -> None:
    target = tmp_path / "made"
    left = killed_writer(kind, target)
    assert not target.exists()
    with (replace_file, replace_folder)[again](target):
        assert not left.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_what_a_living_process_writes_stays(tmp_path: Path) -> None:
    target = tmp_path / "made"
    with replace_file(target) as first, replace_file(target) as second:
        assert len({first, second}) == 2
        write_text(target, "third")  # another writer, who removes what is abandoned
        for path, text in ((first, "first"), (second, "second")):
            path.write_text(text)
    assert target.read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["made"]


def test_only_what_belongs_to_the_target_goes(tmp_path: Path) -> None:
    kept = [".made.txt.abcdefgh.tmp", ".made.notes", ".made.abcdefgh", "made.abcdefgh.tmp"]
    gone = [".made.abcdefgh.tmp", ".made.ab_d3fgh.tmp"]
    for name in [*kept, *gone]:
        (tmp_path / name).write_text("x")
    (tmp_path / ".made.abcdefgh.tmp.former").mkdir()
    write_text(tmp_path / "made", "new")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*kept, "made"])


def test_a_link_or_pipe_of_that_name_harms_nothing(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    (tmp_path / ".made.abcdefgh.tmp").symlink_to(tmp_path / "precious")
    os.mkfifo(tmp_path / ".made.ijklmnop.tmp")
    write_text(tmp_path / "made", "new")
    assert (tmp_path / "precious").read_text() == "x"
