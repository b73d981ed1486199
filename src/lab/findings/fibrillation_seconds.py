"""Compare atrial fibrillation with the reference by time: with flutter, and without P waves.

    ECG_ANOMALY_DATA=FOLDER python -m lab.findings.fibrillation_seconds [--detector FOLDER]

Prints sensitivity and +P by time of MIT-BIH, of its training side (DS1) and of its test side, and
of each record of MIT-BIH, ``svdb`` and ``qtdb`` the seconds that are said to be fibrillation and
are neither that nor flutter: by RR intervals alone, and with the search for P waves.
"""

import os
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.cli.detector_choice import DetectorChoice, find_detector
from ecg_anomaly.config.hydra_entry import run_reporting_errors
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.pretrained import PRETRAINED
from ecg_anomaly.evaluation.ec57.marks import LEARNING_S
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.progress import track
from ecg_anomaly.findings.atrial_fibrillation import FibrillationRule
from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.public_databases import DATA_VARIABLE
from ecg_anomaly.records.wfdb.wfdb_annotations import read_annotation_file
from lab.doc_pages import page_options
from lab.findings.__main__ import PACED
from lab.findings.reference_rhythms import Span, find_notes
from lab.findings.run_limits import DS1

DATABASES = ("mitdb", "svdb", "qtdb")

#: Spans are compared in steps of this length, in s; episodes last 30 s and more.
STEP_S = 0.1

#: A record is listed from so many wrong seconds on.
LEAST_WRONG_S = 30.0


@dataclass(frozen=True)
class FibrillationTimes:
    """What was said of each step of a record, and what the reference says, all (n,) bool.

    Attributes
    ----------
    record : str
    said, by_rr : bool
        Fibrillation with the search for P waves, and by RR intervals alone.
    fibrillates, flutters : bool
        By the reference.
    """

    record: str
    said: NDArray[np.bool_]
    by_rr: NDArray[np.bool_]
    fibrillates: NDArray[np.bool_]
    flutters: NDArray[np.bool_]

    def count_wrong_s(self) -> tuple[float, float]:
        """Return the seconds that are neither, by RR intervals and with P waves."""
        neither = ~self.fibrillates & ~self.flutters
        by_rr, said = int((self.by_rr & neither).sum()), int((self.said & neither).sum())
        return by_rr * STEP_S, said * STEP_S


def mark_steps(spans: Sequence[Span], duration_s: float) -> NDArray[np.bool_]:
    """Mark the steps after the learning period of EC57 that lie in a span, (n,) bool."""
    at_s = np.arange(LEARNING_S, duration_s, STEP_S)
    inside = np.zeros(len(at_s), bool)
    for start_s, end_s in spans:
        inside |= (at_s >= start_s) & (at_s < end_s)
    return inside


def compare_times(folder: Path, name: str, detector: Detector) -> FibrillationTimes:
    """Score a record and lay what was found beside its reference."""
    recording = open_record(str(folder / f"{name}.hea"))
    beats = make_batch(score_recording(detector, recording))
    duration_s = recording.n_samples / recording.fs
    steps = []
    for signal in (recording, None):
        rule = FibrillationRule(FindingLimits())
        found = [*rule.extend(beats, signal), *rule.finish()]
        steps.append(mark_steps([(f.start_s, f.end_s) for f in found], duration_s))
    marks = read_annotation_file(folder / f"{name}.atr", recording.fs)
    for note in ("(AFIB", "(AFL"):
        spans = find_notes(marks, recording.fs, duration_s, (note,))
        steps.append(mark_steps(spans, duration_s))
    return FibrillationTimes(name, *steps)


def describe_shares(records: Sequence[FibrillationTimes], flutter: bool) -> str:
    """Write sensitivity and +P by time over some records; flutter counts as wrong or as right."""
    right = found = wanted = 0
    for times in records:
        true = times.fibrillates | (times.flutters & flutter)
        wanted, found = wanted + int(true.sum()), found + int(times.said.sum())
        right += int((times.said & true).sum())
    return f"{right / wanted if wanted else 1:.2f}, {right / found if found else 1:.2f}"


def tabulate_times(times: dict[str, list[FibrillationTimes]]) -> str:
    """Tabulate the shares of MIT-BIH and the wrong seconds of each record, as Markdown."""
    train = [each for each in times["mitdb"] if each.record in DS1]
    test = [each for each in times["mitdb"] if each.record not in DS1]
    parts = {"MIT-BIH": times["mitdb"], "training side (DS1)": train, "test side": test}
    lines = ["| | fibrillation | fibrillation or flutter |", "|---|---:|---:|"]
    for name, records in parts.items():
        shares = (describe_shares(records, flutter) for flutter in (False, True))
        lines.append(f"| {name} | {' | '.join(shares)} |")
    lines += ["", "| record | wrong by RR (s) | with P waves |", "|---|---:|---:|"]
    for each in (each for records in times.values() for each in records):
        by_rr, said = each.count_wrong_s()
        if max(by_rr, said) >= LEAST_WRONG_S:
            lines.append(f"| {each.record} | {by_rr:.0f} | {said:.0f} |")
    return "\n".join(lines)


def measure_times(options: Namespace) -> None:
    """Score the databases and print the tables.

    Raises
    ------
    UserError
        When records, references or the detector are missing.
    """
    data = Path(os.environ.get(DATA_VARIABLE, ""))
    if missing := [name for name in DATABASES if not (data / name).is_dir()]:
        rule = f"no folder {', '.join(missing)}"
        raise UserError(data, rule, f"set {DATA_VARIABLE} to a folder that has them")
    times = {}
    with find_detector(options.detector) as folder:
        detector = DetectorChoice(folder, options.detector or PRETRAINED).load()
        for database in DATABASES:
            names = sorted(path.stem for path in (data / database).glob("*.hea"))
            times[database] = [
                compare_times(data / database, name, detector)
                for name in track(names, database)
                if name not in PACED
            ]
    print(tabulate_times(times))


if __name__ == "__main__":
    parser = page_options(__doc__)
    parser.add_argument("--detector", help="folder of a detector; by default that of the package")
    parsed = parser.parse_args()
    run_reporting_errors(lambda: measure_times(parsed))
