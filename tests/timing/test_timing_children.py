import subprocess
import sys
from pathlib import Path

import pytest

from ecg_anomaly.timing.children import run_python

SRC = Path(__file__).resolve().parents[2] / "src"


def test_a_child_s_memory_is_its_own_peak():
    # Started from a small process: what pytest holds would count.
    code = (
        "from ecg_anomaly.timing.children import run_python as run\n"
        "print(run(['-c', 'pass']).peak_mb, run(['-c', 'x = bytearray(2 ** 28); del x']).peak_mb)"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code], cwd=SRC, capture_output=True, text=True, check=True
    )
    idle, busy = map(float, shown.stdout.split())
    assert 250 < busy - idle < 270  # given back before the end, but it was the peak


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
