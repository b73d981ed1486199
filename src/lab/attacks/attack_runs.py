"""Run the command `ecg-anomaly score` on a hostile recording and measure all its processes."""

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from lab.attacks.attack_list import Attack
from lab.timing.process_cost import peak_memory, resident_mb

#: After so many times the allowed seconds the command is killed.
PATIENCE = 4

#: Seconds between two looks at its memory; each takes some milliseconds of a processor.
LOOK_S = 0.05


@dataclass(frozen=True)
class Outcome:
    """What came of a hostile recording.

    Attributes
    ----------
    seconds : float
        From the start of the command to its end.
    megabytes : float
        Most memory of all its processes together, above what its imports take.
    status : int or None
        Exit status; None when it was killed because it took too long or too much.
    first_line : str
        The first line that it wrote, which tells what was wrong.
    """

    seconds: float
    megabytes: float
    status: int | None
    first_line: str

    def holds(self, attack: Attack) -> bool:
        """Tell whether it stayed within the bounds and ended as wanted."""
        wanted = (0, 1) if attack.status is None else (attack.status,)
        within = self.seconds <= attack.seconds and self.megabytes <= attack.megabytes
        return within and self.status in wanted and len(self.first_line) < 500


def measure_imports_mb() -> float:
    """Memory of the command before it reads anything, in MiB."""
    return peak_memory(["-c", "import time, ecg_anomaly.cli.score; time.sleep(0.3)"])


def run_attack(attack: Attack, detector: Path, imports_mb: float) -> Outcome:
    """Make a hostile recording in a temporary folder and score it.

    Parameters
    ----------
    attack : Attack
        What is scored.
    detector : Path
        Folder of a packaged detector.
    imports_mb : float
        From `measure_imports_mb`.

    Returns
    -------
    Outcome
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        path = attack.make(folder)
        output = ["--output", str(folder / "out"), "--detector", str(detector)]
        words = ["-m", "ecg_anomaly.cli.main", "score", str(path), *output, *attack.options]
        log = folder / "log"
        start = time.perf_counter()
        with log.open("wb") as file:
            process = psutil.Popen([sys.executable, *words], stdout=file, stderr=subprocess.STDOUT)
            peak = _watch(process, start, PATIENCE * attack.seconds, PATIENCE * attack.megabytes)
        seconds = time.perf_counter() - start
        lines = log.read_text(errors="replace").strip().splitlines() or [""]
        first = next((line for line in lines if "medical device" not in line), "")
        killed = process.returncode is None or process.returncode < 0
        status = None if killed else process.returncode
        return Outcome(seconds, peak - imports_mb, status, first)


def _watch(process: psutil.Popen, start: float, seconds: float, megabytes: float) -> float:
    """Follow a process until it ends, or kill it; return its largest memory in MiB."""
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, resident_mb(process))
        if time.perf_counter() - start > seconds or peak > megabytes + 1000:
            for child in process.children(recursive=True):
                child.kill()
            process.kill()
            process.wait()
        time.sleep(LOOK_S)
    return peak
