import sys

import pytest

from lab.timing.process_cost import peak_memory, run_python

linux = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

WAIT = "time.sleep(0.2)"
FILL = "x = bytearray(b'1') * 2 ** 26"


def test_time_is_told_from_work():
    asleep = run_python(["-c", "import time; time.sleep(0.3)"])
    assert asleep.wall_s >= 0.3
    assert asleep.cpu_s < asleep.wall_s
    code = "import time\nwhile time.process_time() < 0.3: pass"
    assert run_python(["-c", code]).cpu_s >= 0.3


def test_a_child_that_fails_is_not_timed():
    with pytest.raises(SystemExit, match=r"-c 1/0 failed:\n(.|\n)*ZeroDivisionError"):
        run_python(["-c", "1/0"])


def test_a_child_that_prints_much_does_not_wait_for_a_reader():
    said = "import sys; sys.stdout.write('x' * 10**6); sys.stderr.write('y' * 10**6)"
    assert run_python(["-c", said]).wall_s > 0


@linux
def test_children_count():
    idle = peak_memory(["-c", f"import time; {WAIT}"])
    alone = peak_memory(["-c", f"import time; {FILL}; {WAIT}"])
    fork = f"import os, time; child = os.fork(); {FILL}; {WAIT}; child and os.wait()"
    assert 60 < alone - idle < 75
    assert 120 < peak_memory(["-c", fork]) - idle < 145


@linux
def test_what_is_shared_counts_once():
    idle = peak_memory(["-c", f"import time; {WAIT}"])
    share = f"import os, time; {FILL}; child = os.fork(); {WAIT}; child and os.wait()"
    assert 60 < peak_memory(["-c", share]) - idle < 80


@linux
def test_the_memory_of_a_command_that_fails_is_not_measured():
    with pytest.raises(SystemExit, match="-c 1/0 failed"):
        peak_memory(["-c", "1/0"])
