import sys

import pytest

from lab.timing.peak_memory import peak_memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

WAIT = "time.sleep(0.2)"
FILL = "x = bytearray(b'1') * 2 ** 26"


def test_children_count():
    idle = peak_memory(["-c", f"import time; {WAIT}"])
    alone = peak_memory(["-c", f"import time; {FILL}; {WAIT}"])
    fork = f"import os, time; child = os.fork(); {FILL}; {WAIT}; child and os.wait()"
    assert 60 < alone - idle < 75
    assert 120 < peak_memory(["-c", fork]) - idle < 145


def test_what_is_shared_counts_once():
    idle = peak_memory(["-c", f"import time; {WAIT}"])
    share = f"import os, time; {FILL}; child = os.fork(); {WAIT}; child and os.wait()"
    assert 60 < peak_memory(["-c", share]) - idle < 80


def test_a_command_that_fails_is_no_measurement():
    with pytest.raises(SystemExit, match="-c 1/0 failed"):
        peak_memory(["-c", "1/0"])
