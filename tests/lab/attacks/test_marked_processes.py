"""Processes are found by the mark that they inherit."""

import sys
import time

from lab.attacks.marked_processes import find_marked, start_marked


def test_processes_are_found_by_their_mark() -> None:
    code = "import time; time.sleep(30)"
    process = start_marked([sys.executable, "-c", code], "mark-of-a-test")
    try:
        time.sleep(0.3)
        assert [found.pid for found in find_marked("mark-of-a-test", "time")] == [process.pid]
        assert find_marked("mark-of-a-test", "src/") == []
    finally:
        process.kill()
        process.wait()
    assert find_marked("mark-of-a-test") == []
