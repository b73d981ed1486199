"""Choose the limits for beats beside ventricular ones: couplets and runs that are found with each.

    ECG_ANOMALY_DATA=FOLDER python -m lab.findings.run_limits [--detector FOLDER]

Scores the training side of MIT-BIH (DS1 of de Chazal 2004) and ``svdb``, applies the rules on
classes with one limit of ``conf/findings/`` changed at a time, and compares ventricular runs as
EC57 asks.
"""

import os
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ecg_anomaly.cli.detector_choice import DetectorChoice, find_detector
from ecg_anomaly.config.hydra_entry import run_reporting_errors
from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.detector.engine import score_recording
from ecg_anomaly.detector.pretrained import PRETRAINED
from ecg_anomaly.evaluation.ec57.annotator_files import ReferenceFile, read_reference_file
from ecg_anomaly.evaluation.ec57.marks import Marks
from ecg_anomaly.evaluation.ec57.rhythm_events import VENTRICULAR
from ecg_anomaly.evaluation.ec57.run_comparison import compare_runs
from ecg_anomaly.files.progress import track
from ecg_anomaly.findings.beat_batch import make_batch
from ecg_anomaly.findings.class_rules import ClassRule
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.public_databases import DATA_VARIABLE
from ecg_anomaly.triage.annotation_file import name_beats
from lab.doc_pages import page_options

#: Records of MIT-BIH on the training side.
DS1 = (
    "101", "106", "108", "109", "112", "114", "115", "116", "118", "119", "122", "124", "201",
    "203", "205", "207", "208", "209", "215", "220", "223", "230",
)  # fmt: skip

#: Values of each limit that are compared; the first one of each switches its rule off.
CHOICES: dict[str, tuple[float, ...]] = {
    "run_likely": (2.0, 0.6, 0.55, 0.5, 0.45, 0.4),
    "run_onset_odds": (1e5, 1.2, 1.0, 0.9, 0.8, 0.7, 0.6),
    "run_onset_share": (2.0, 0.45, 0.4, 0.35, 0.3, 0.2, 0.1),
}


@dataclass(frozen=True)
class KnownRecord:
    """The decisions on a record and its reference."""

    decisions: BeatDecisions
    reference: ReferenceFile


def score_records(folder: Path, names: Sequence[str], choice: DetectorChoice) -> list[KnownRecord]:
    """Score records of a folder, or all of them when no names are given."""
    detector = choice.load()
    names = names or sorted(path.stem for path in folder.glob("*.hea"))
    return [
        KnownRecord(
            score_recording(detector, open_record(str(folder / f"{name}.hea"))),
            read_reference_file(folder, name, "atr"),
        )
        for name in track(names, folder.name)
    ]


def annotate_runs(known: KnownRecord, limits: FindingLimits) -> Marks:
    """Annotate the beats of a record by their classes, and by the runs that rules find."""
    rule = ClassRule(limits)
    found = [*rule.extend(make_batch(known.decisions)), *rule.finish()]
    names, _ = name_beats(known.decisions, found)
    return Marks.of_beats(known.decisions.sample, names.astype("<U1"))


def count_runs(records: Sequence[KnownRecord], limits: FindingLimits) -> NDArray[np.int64]:
    """Count ventricular couplets, short and long runs.

    Returns
    -------
    (4, 3) int64
        Those of the reference that are found and missed, those of the test that are true and false;
        a column for each length.
    """
    total = np.zeros((4, 3), np.int64)
    for known in records:
        wanted, test = known.reference, annotate_runs(known, limits)
        runs = compare_runs(wanted.marks, test, wanted.part, VENTRICULAR)
        total += [runs.found, runs.missed, runs.true, runs.false]
    return total


def describe_counts(counts: NDArray[np.int64]) -> str:
    """Write counts of runs as found of all, and true of all that are said, for each length."""
    found, missed, true, false = counts.tolist()
    rows = zip(found, missed, true, false, strict=True)
    return "; ".join(f"{f}/{f + m}, {t}/{t + n}" for f, m, t, n in rows)


def tabulate_limits(databases: dict[str, list[KnownRecord]]) -> str:
    """Tabulate what is found with each value of each limit, as Markdown."""
    lines = ["| limit | " + " | ".join(databases) + " |", "|---|" + "---|" * len(databases)]
    for name, values in CHOICES.items():
        for value in values:
            changed: dict[str, Any] = {name: value}
            limits = replace(FindingLimits(), **changed)
            cells = [describe_counts(count_runs(records, limits)) for records in databases.values()]
            lines.append(f"| {name} {value:g} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def compare_limits(options: Namespace) -> None:
    """Score both databases and print what is found with each value.

    Raises
    ------
    UserError
        When records, references or the detector are missing.
    """
    data = Path(os.environ.get(DATA_VARIABLE, ""))
    with find_detector(options.detector) as folder:
        choice = DetectorChoice(folder, options.detector or PRETRAINED)
        names = {"mitdb": DS1, "svdb": ()}
        known = {name: score_records(data / name, those, choice) for name, those in names.items()}
    print(tabulate_limits(known))


if __name__ == "__main__":
    parser = page_options(__doc__)
    parser.add_argument("--detector", help="folder of a detector; by default that of the package")
    parsed = parser.parse_args()
    run_reporting_errors(lambda: compare_limits(parsed))
