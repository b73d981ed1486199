"""Measure how long the pipeline takes, in a clone of the last commit.

    python -m lab.timing.pipeline [dvc arguments, for example: -S dataset=mitdb]

Prints seconds and, because machines differ, the ratio to a fixed piece of work done beside it.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[3]
DVC = str(Path(sys.executable).with_name("dvc"))


def measure(command: list[str], folder: Path) -> float:
    """Seconds that a command takes; its last lines are shown when it fails."""
    start = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-2000:]}")
    return time.monotonic() - start


def measure_yardstick() -> float:
    """Seconds for 60 products of 1500 x 1500 matrices: what this machine does with NumPy."""
    matrix = np.random.default_rng(0).standard_normal((1500, 1500))
    start = time.monotonic()
    for _ in range(60):
        matrix @ matrix
    return time.monotonic() - start


def main(arguments: list[str]) -> None:
    """Clone, run the pipeline twice, import the package; print a table."""
    yardstick = measure_yardstick()
    with tempfile.TemporaryDirectory() as temporary:
        clone = Path(temporary) / "clone"
        measure(["git", "clone", "-q", str(ROOT), str(clone)], ROOT)
        first = [DVC, "exp", "run", *arguments] if arguments else [DVC, "repro"]
        seconds = {
            " ".join(["dvc", *first[1:]]): measure(first, clone),
            "dvc repro again": measure([DVC, "repro"], clone),
            "import ecg_anomaly": measure(
                [sys.executable, "-c", "import ecg_anomaly"], ROOT / "src"
            ),
        }
    print(f"{'yardstick':40} {yardstick:8.2f} s")
    for name, value in seconds.items():
        print(f"{name:40} {value:8.2f} s  {value / yardstick:7.2f} x yardstick")


if __name__ == "__main__":
    main(sys.argv[1:])
