import random
import sys

import pytest

from lab.archive.killed_driver import DRIVER, KilledRun, kill_until_done, list_marked

#: A driver that notes what it scores, and ends well once it has been started often enough.
SCRIPT = """
import sys, time
from pathlib import Path
table, runs = Path(sys.argv[1]), Path(sys.argv[1]) / "runs"
runs.write_text(runs.read_text() + "x" if runs.is_file() else "x")
note = table / "_work/ab/00000/key.begun"
note.parent.mkdir(parents=True, exist_ok=True)
note.write_text("1")
time.sleep(0 if len(runs.read_text()) > 2 else 60)
"""


def test_a_driver_is_started_again_until_it_ends_well(tmp_path):
    command = [sys.executable, "-c", SCRIPT, str(tmp_path)]
    run = kill_until_done(command, tmp_path, 0, 2, random.Random(0), (0.0, 0.1))
    assert run.killed == {DRIVER: 2}
    assert (run.left_over, run.repeated, run.count_orphans()) == (0, 1, 0)
    assert (tmp_path / "runs").read_text() == "xxx"


@pytest.mark.parametrize("what", ["scoring processes", "Python workers"])
def test_only_what_is_named_is_killed(tmp_path, what):
    sleep = "import time; time.sleep(60)"
    child = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', '{sleep} # {{}}'])"
    start = "\n".join(child.format(word) for word in ("spawn_main", "pyspark.daemon"))
    command = [sys.executable, "-c", f"{start}\n{SCRIPT}", str(tmp_path)]
    run = kill_until_done(command, tmp_path, 1, 2, random.Random(1), (0.3, 0.4), what)
    assert run.killed == {DRIVER: 2, what: 1}
    for process in list_marked(run.mark):
        process.kill()


def test_kills_that_were_not_made_are_left_over(tmp_path):
    (tmp_path / "runs").write_text("xxx")
    command = [sys.executable, "-c", SCRIPT, str(tmp_path)]
    run = kill_until_done(command, tmp_path, 3, 0, random.Random(0), (0.0, 0.1))
    assert run.left_over == 3


def test_a_driver_that_always_fails_ends_the_measurement(tmp_path):
    command = [sys.executable, "-c", "raise SystemExit(1)"]
    with pytest.raises(RuntimeError, match="status 1"):
        kill_until_done(command, tmp_path / "table", 1, 0, random.Random(0), (0.0, 0.0))


def test_nothing_started_leaves_nothing_behind():
    assert KilledRun().count_orphans() == 0
