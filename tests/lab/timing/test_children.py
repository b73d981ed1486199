import pytest

from lab.timing.children import run_python


def test_time_is_told_from_work():
    asleep = run_python(["-c", "import time; time.sleep(0.3)"])
    assert asleep.wall_s >= 0.3
    assert asleep.cpu_s < asleep.wall_s
    code = "import time\nwhile time.process_time() < 0.3: pass"
    assert run_python(["-c", code]).cpu_s >= 0.3


def test_a_child_that_fails_is_no_measurement():
    with pytest.raises(SystemExit, match=r"-c 1/0 failed:\n(.|\n)*ZeroDivisionError"):
        run_python(["-c", "1/0"])


def test_a_child_that_prints_much_does_not_wait_for_a_reader():
    said = "import sys; sys.stdout.write('x' * 10**6); sys.stderr.write('y' * 10**6)"
    assert run_python(["-c", said]).wall_s > 0
