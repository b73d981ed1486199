"""Measure findings against reference annotations: the tables of docs/findings.md.

    ECG_ANOMALY_DATA=FOLDER python -m lab.findings [--detector FOLDER] [--docs FOLDER]

Scores the records of the Creighton database (``cudb``), of MIT-BIH (``mitdb``) and of the QT
Database (``qtdb``) as ``ecg-anomaly score --annotate-all`` does. What counts as found is said in
`lab.findings.reference_rhythms` and `lab.findings.finding_counts`; runs, couplets and episodes of
MIT-BIH are compared as EC57 asks.
"""

import os
import tempfile
from argparse import Namespace
from pathlib import Path

from ecg_anomaly.cli.detector_choice import DetectorChoice, find_detector
from ecg_anomaly.cli.score_file import ScoreJob, score_file
from ecg_anomaly.config.hydra_entry import run_reporting_errors
from ecg_anomaly.detector.pretrained import PRETRAINED
from ecg_anomaly.evaluation.ec57.annotator_files import read_reference_file, read_test_marks
from ecg_anomaly.evaluation.ec57.ec57_report import Ec57Report
from ecg_anomaly.evaluation.ec57.record_comparison import compare_record
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.progress import track
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.records.public_databases import DATA_VARIABLE
from lab.doc_pages import page_options, write_between
from lab.findings.finding_counts import FindingCounts
from lab.findings.finding_tables import DATABASES, tabulate_findings
from lab.findings.reference_rhythms import read_reference_rhythms

PAGE = "findings.md"
BEGIN = "<!-- findings: written by python -m lab.findings -->"
END = "<!-- end of findings -->"

#: Paced beats are no class of the detector: records of MIT-BIH that EC57 leaves out.
PACED = ("102", "104", "107", "217")


def score_database(folder: Path, choice: DetectorChoice, output: Path) -> list[str]:
    """Score the records of a folder and return their names."""
    job = ScoreJob(choice, output, all_beats=True, only="critical")
    headers = sorted(folder.glob("*.hea"))
    if not headers:
        raise UserError(folder, "no records", f"set {DATA_VARIABLE} to a folder that has them")
    detector = choice.load()
    for header in track(headers, folder.name):
        score_file(str(header), job, detector)
    return [header.stem for header in headers]


def count_findings(folder: Path, output: Path, names: list[str]) -> FindingCounts:
    """Compare the findings of scored records with the reference annotations of a folder."""
    counts, limits = FindingCounts(), FindingLimits()
    for name in names:
        summary = read_json(output / f"{name}.summary.json")
        fs, duration_s = summary["recording"]["fs"], summary["recording"]["duration_s"]
        reference = read_reference_rhythms(folder / f"{name}.atr", fs, duration_s, limits)
        counts.add(reference, summary["findings"], limits, name)
    return counts


def compare_annotations(folder: Path, output: Path, names: list[str]) -> Ec57Report:
    """Compare the annotations of scored records as EC57 asks; paced records are left out."""
    compared = []
    for name in names:
        if name not in PACED:
            wanted = read_reference_file(folder, name, "atr")
            marks = read_test_marks(output, name, "anom", wanted.part)
            compared.append(compare_record(name, wanted.marks, marks, wanted.part))
    return Ec57Report("atr", "anom", compared)


def parse_arguments(arguments: list[str] | None = None) -> Namespace:
    """Read the command line."""
    parser = page_options(__doc__)
    parser.add_argument("--detector", help="folder of a detector; by default that of the package")
    return parser.parse_args(arguments)


def measure_findings(options: Namespace) -> None:
    """Score and compare; print the table, and write it into a page that has marks for it.

    Raises
    ------
    UserError
        When records, references or the detector are missing.
    """
    data = Path(os.environ.get(DATA_VARIABLE, ""))
    counts: dict[str, FindingCounts] = {}
    with tempfile.TemporaryDirectory() as place, find_detector(options.detector) as folder:
        choice = DetectorChoice(folder, options.detector or PRETRAINED)
        for name in DATABASES:
            output = Path(place) / name
            output.mkdir()
            scored = score_database(data / name, choice, output)
            counts[name] = count_findings(data / name, output, scored)
            if name == "mitdb":
                report = compare_annotations(data / name, output, scored)
    table = tabulate_findings(counts, report)
    write_between(options.docs / PAGE, BEGIN, END, lambda: table)
    print(table)


if __name__ == "__main__":
    parsed = parse_arguments()
    run_reporting_errors(lambda: measure_findings(parsed))
