"""Workers: what they write, and what is left when one of them, or the command, is killed."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

SRC = Path(__file__).resolve().parents[2] / "src"


def test_workers_write_what_one_process_writes(score, records, tmp_path, capsys):
    (records / "bad.hea").write_text("")
    paths = [records / name for name in ("s01", "bad", "s02")]
    assert score(*paths, output=tmp_path / "one") == 1
    first = capsys.readouterr()
    assert score(*paths, "--workers", 2, output=tmp_path / "two") == 1
    second = capsys.readouterr()
    assert first.out.replace("/one/", "/two/") == second.out
    assert first.err.replace("/one/", "/two/") == second.err
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == sorted(path.name for path in (tmp_path / "two").iterdir())
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def start(code: str, model, records, output, *words: str, **options) -> subprocess.Popen[bytes]:
    """Score s01, s02 and s03 in a process of its own, after some code has changed the command."""
    command = [sys.executable, "-c", CHANGES + code + "sys.exit(main(sys.argv[1:]))", "score"]
    command += [str(records / name) for name in ("s01", "s02", "s03")]
    command += ["--detector", str(model), "--output", str(output), *words]
    environment = {**os.environ, "PYTHONPATH": str(SRC)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen(command, env=environment, **pipes)


#: What the code of a test finds: a way to change what a worker does with a recording.
CHANGES = """
import signal
# A job in the background of a shell begins with these ignored, and would go on after them.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
import errno, os, signal, sys, time
from ecg_anomaly.cli import score_file as scored
from ecg_anomaly.cli import score_workers
from ecg_anomaly.cli.main import main
score, writer = scored.score_file, scored.open_results
def before_each(change):
    def changed(path, job, detector):
        change(os.path.basename(path))
        return score(path, job, detector)
    scored.score_file = changed
def no_memory():
    raise OSError(errno.ENOMEM, "Cannot allocate memory")
"""

KILLED = "before_each(lambda name: name == 's01' and os.kill(os.getpid(), signal.SIGKILL))\n"

#: Stops with the temporary files of a recording there.
BUSY = """
from contextlib import contextmanager
@contextmanager
def write_and_wait(*words):
    with writer(*words) as results:
        os.write(1, b"busy\\n")  # in one piece: several do it
        time.sleep(30)
        yield results
scored.open_results = write_and_wait
"""


@pytest.fixture
def three(records):
    for ending in (".hea", ".dat"):
        shutil.copy(records / f"s02{ending}", records / f"s03{ending}")
    return records


def ended_well(process: subprocess.Popen[bytes], output) -> list[str]:
    """Check that a command succeeds and return the names that it wrote."""
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (0, b"")
    return sorted(path.name for path in output.glob("*.summary.json"))


NAMES = [f"s0{k}.summary.json" for k in (1, 2, 3)]


@pytest.mark.parametrize("workers", ["2", "3"])
def test_a_worker_that_is_killed_costs_its_recording_only(model, three, tmp_path, workers):
    process = start(KILLED, model, three, tmp_path / "out", "--workers", workers)
    _, said = process.communicate(timeout=60)
    errors = said.decode().splitlines()
    assert process.returncode == 1
    assert len(errors) == 2
    assert errors[0].startswith(f"error: {three / 's01'}: the process that scored it was killed")
    assert sorted(path.name for path in (tmp_path / "out").glob("*.summary.json")) == NAMES[1:]


def test_workers_need_no_semaphores(model, three, tmp_path):
    code = "import _multiprocessing\n_multiprocessing.SemLock = lambda *_: no_memory()\n"
    process = start(code, model, three, tmp_path / "out", "--workers", "2")
    assert ended_well(process, tmp_path / "out") == NAMES


def test_without_memory_for_workers_this_process_scores(model, three, tmp_path):
    process = start("os.fork = no_memory\n", model, three, tmp_path / "out", "--workers", "2")
    assert ended_well(process, tmp_path / "out") == NAMES


def test_where_nothing_can_be_forked_workers_are_started(model, three, tmp_path):
    code = "score_workers.can_fork = lambda: False\n"
    process = start(code, model, three, tmp_path / "out", "--workers", "2")
    assert ended_well(process, tmp_path / "out") == NAMES


def is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


@pytest.mark.parametrize(
    ("workers", "number"),
    [
        *((2, n) for n in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)),
        *((1, n) for n in (signal.SIGKILL, signal.SIGTERM)),
    ],
)
def test_nothing_is_left_of_a_command_that_is_stopped(model, three, tmp_path, number, workers):
    process = start(BUSY, model, three, tmp_path / "out", "--workers", str(workers))
    for _ in range(workers):
        assert process.stdout.readline() == b"busy\n"
    children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) == (workers if workers > 1 else 0)
    process.send_signal(number)
    assert process.wait(5) == -number
    deadline = time.monotonic() + 1
    while any(map(is_alive, children)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [child for child in children if is_alive(child)] == []
    left = list((tmp_path / "out").iterdir())
    process.stdout.close()
    process.stderr.close()
    if number != signal.SIGKILL or workers > 1:  # workers tidy up, also when they are left alone
        assert left == []
        return  # nothing that a second run could find
    again = start("", model, three, tmp_path / "out")
    assert ended_well(again, tmp_path / "out") == NAMES
    assert not any(path.name.startswith(".") for path in (tmp_path / "out").iterdir())


def test_the_file_size_limit_is_the_only_error(model, three, tmp_path):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    process = start("", model, three, tmp_path / "out", "--workers", "2", preexec_fn=limit)
    _, said = process.communicate(timeout=60)
    errors = said.decode().splitlines()
    assert process.returncode == 1
    assert len(errors) == 4
    assert all("(File too large); raise the limit" in line for line in errors[:3])
