"""The command ``ecg-anomaly compare``: annotations against a reference, as EC57 asks."""

import sys
from argparse import Namespace
from pathlib import Path

from ecg_anomaly.cli.output_lines import print_line
from ecg_anomaly.evaluation.ec57.annotator_files import (
    ReferenceFile,
    find_mismatched_records,
    find_records,
    read_reference_file,
    read_test_marks,
)
from ecg_anomaly.evaluation.ec57.ec57_report import Ec57Report
from ecg_anomaly.evaluation.ec57.record_comparison import RecordComparison, compare_record
from ecg_anomaly.files.atomic import replace_files, write_json
from ecg_anomaly.files.errors import UserError


def compare_all(options: Namespace) -> int:
    """Compare the annotators that the command line names, and print a summary of each.

    Parameters
    ----------
    options : argparse.Namespace
        From the parser of `ecg_anomaly.cli.main`.

    Returns
    -------
    int
        Exit status: 0, or 1 when a record could not be compared.

    Raises
    ------
    UserError
        When nothing can be compared, or the results cannot be written.
    """
    references: dict[str, ReferenceFile] = {}
    reports = [_compare(options, name, references) for name in options.test_annotator or ["anom"]]
    _write(options, [report for report, _ in reports])
    for report, _ in reports:
        print_line(report.format_summary(), sys.stdout)
    return 1 if any(failed for _, failed in reports) else 0


def _compare(
    options: Namespace, annotator: str, references: dict[str, ReferenceFile]
) -> tuple[Ec57Report, list[str]]:
    annotators = (options.reference_annotator.lstrip("."), annotator.lstrip("."))
    folder, test = Path(options.reference), Path(options.test)
    compared: list[RecordComparison] = []
    failed: list[str] = []
    for record in find_records(folder, test, annotators, options.records):
        try:
            if record not in references:
                references[record] = read_reference_file(folder, record, annotators[0])
            wanted = references[record]
            marks = read_test_marks(test, record, annotators[1], wanted.part)
            compared.append(compare_record(record, wanted.marks, marks, wanted.part))
        except UserError as error:
            failed.append(record)
            print_line(f"error: {error}", sys.stderr)
    if not compared:
        raise UserError(test, "no record could be compared", "see the errors above")
    _warn_of_mismatches(compared, annotators[1])
    return Ec57Report(*annotators, compared), failed


def _warn_of_mismatches(compared: list[RecordComparison], annotator: str) -> None:
    ratios = ((c.record, c.beats.qrs_sensitivity) for c in compared)
    for record in find_mismatched_records(
        (r, int(ratio.hits), int(ratio.of)) for r, ratio in ratios
    ):
        file = f"{record}.{annotator}"
        line = f"note: {file} has less than half of the beats: it is of another record, or holds"
        line += " flagged beats alone (`ecg-anomaly score --annotate-all` annotates every beat)"
        print_line(line, sys.stderr)


def _write(options: Namespace, reports: list[Ec57Report]) -> None:
    files = {name: text for report in reports for name, text in report.format_files().items()}
    if options.output is not None:
        paths = [Path(options.output) / name for name in files]
        with replace_files(paths) as temporaries:
            for path, text in zip(temporaries, files.values(), strict=True):
                path.write_text(text, encoding="utf-8", newline="\n")
    if options.json is not None:
        write_json(options.json, [report.to_json() for report in reports])
