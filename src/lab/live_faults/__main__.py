"""Monitor a stream through faults, and compare its events with those without the fault: a table.

    python -m lab.live_faults [--detector FOLDER] [--docs FOLDER]

Each row is a fault, made with the engine and the real parts that it is about: a database on a full
disk, a broker (mosquitto), a process that is killed, a browser's link. The table is printed and
written into docs/live.md; the command ends with 1 when a row is wrong.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ecg_anomaly.config.hydra_entry import run_reporting_errors
from ecg_anomaly.detector.loading import load_detector
from ecg_anomaly.records.record import Record
from lab.doc_pages import page_options, write_between
from lab.live.critical_recordings import make_critical
from lab.live_faults.browser_faults import sleep_browser
from lab.live_faults.fault_runs import FaultResult
from lab.live_faults.group_faults import kill_one_of_group
from lab.live_faults.process_faults import PROCESS_FAULTS
from lab.live_faults.stream_faults import FAULTS

PAGE = "live.md"
BEGIN = "<!-- faults: written by python -m lab.live_faults -->"
END = "<!-- end of faults -->"


def make_patient() -> Record:
    """Return a patient with a ventricular tachycardia, and then a heart that stands still."""
    first = make_critical("ventricular_tachycardia", 2).record
    second = make_critical("asystole", 2).record
    signal = np.concatenate([first.signal[: 60 * 250], second.signal[20 * 250 :]])
    return replace(first, name="bed 1", signal=signal)


def run_faults(detector_folder: Path | None) -> Iterator[FaultResult]:
    """Yield the result of each fault."""
    detector, record = load_detector(detector_folder), make_patient()
    for fault in FAULTS:
        yield fault(detector, record)
    for process_fault in (sleep_browser, *PROCESS_FAULTS, kill_one_of_group):
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            yield process_fault(record, Path(folder), detector_folder)


def tabulate(results: Sequence[FaultResult]) -> str:
    """Write results as a table of Markdown."""
    lines = [
        "| fault | events without it | missing, more with it | reported |",
        "|---|---:|---:|---|",
    ]
    for found in results:
        mark = "" if found.right else " **wrong**"
        wrong = f"{found.lost}, {found.more}{mark}"
        lines.append(f"| {found.fault} | {found.wanted} | {wrong} | {found.said} |")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Run all faults; return 1 when one is wrong."""
    parser = page_options(__doc__)
    parser.add_argument("--detector", type=Path, default=None)
    options = parser.parse_args(arguments)
    results = []
    for found in run_faults(options.detector):
        results.append(found)
        print(f"{found.fault}: {'right' if found.right else 'WRONG'}", file=sys.stderr, flush=True)
    table = tabulate(results)
    write_between(options.docs / PAGE, BEGIN, END, lambda: table)
    print(table)
    return int(not all(found.right for found in results))


if __name__ == "__main__":
    wrong: list[int] = []
    run_reporting_errors(lambda: wrong.append(main()))
    sys.exit(wrong[0])
