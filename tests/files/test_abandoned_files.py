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


def test_only_what_belongs_to_the_target_and_to_a_dead_process_goes(tmp_path: Path) -> None:
    kept = [f".made.{os.getppid()}.abc", ".made.txt.999999999.abc", ".made.notes", "made.999999999"]
    gone = ".made.999999999.abc"
    for name in [*kept, gone]:
        (tmp_path / name).write_text("x")
    write_text(tmp_path / "made", "new")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*kept, "made"])
