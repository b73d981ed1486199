"""Show what the beats of each ventricular run were called that was missed, or falsely said.

    ECG_ANOMALY_DATA=FOLDER python -m lab.findings.missed_runs [--database svdb] [--couplets]

By default the runs of 3 beats and more of the training side of MIT-BIH (DS1). Of each the marks of
the reference are printed, and of each beat found its class, score, quality, interval, and the
probabilities of V and F.
"""

import os
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ecg_anomaly.cli.detector_choice import DetectorChoice, find_detector
from ecg_anomaly.config.hydra_entry import run_reporting_errors
from ecg_anomaly.detector.pretrained import PRETRAINED
from ecg_anomaly.evaluation.ec57.ectopic_runs import Run
from ecg_anomaly.evaluation.ec57.marks import Marks
from ecg_anomaly.evaluation.ec57.rhythm_events import VENTRICULAR
from ecg_anomaly.evaluation.ec57.run_comparison import list_differences
from ecg_anomaly.findings.limits import FindingLimits
from ecg_anomaly.records.public_databases import DATA_VARIABLE
from lab.doc_pages import page_options
from lab.findings.run_limits import DS1, KnownRecord, annotate_runs, score_records

#: Seconds around a run, and of a long run at most, that are shown.
AROUND_S, LONGEST_S = 1.3, 15.0


def describe_misses(known: KnownRecord, least: int) -> Iterator[str]:
    """Describe the runs of a record that are in one of the two annotators alone.

    Parameters
    ----------
    known : KnownRecord
    least : int
        Beats of the shortest run that is shown.

    Yields
    ------
    str
        Lines.
    """
    test, reference = annotate_runs(known, FindingLimits()), known.reference
    missed, false = list_differences(reference.marks, test, reference.part, VENTRICULAR)
    for verdict, runs in (("missed", missed), ("false", false)):
        for run in runs:
            if run.length >= least:
                yield f"{reference.path.stem} {verdict}: {run.length} beats"
                yield from _list_beats(known, run, test)


def _list_beats(known: KnownRecord, run: Run, test: Marks) -> Iterator[str]:
    fs, wanted, found = known.reference.part.fs, known.reference.marks, known.decisions
    last_s = min(run.stop / fs, run.start / fs + LONGEST_S)
    first_s, last_s = run.start / fs - AROUND_S, last_s + AROUND_S
    rows = np.flatnonzero((wanted.sample >= first_s * fs) & (wanted.sample <= last_s * fs))
    marks = (f"{wanted.sample[row] / fs:.2f} {wanted.symbol[row]}" for row in rows)
    yield f"  reference: {', '.join(marks)}"
    for row in np.flatnonzero((found.time_s >= first_s) & (found.time_s <= last_s)).tolist():
        flag = "flagged" if found.anomalous[row] else found.unreadable[row]
        yield (
            f"  {found.time_s[row]:9.2f} {test.symbol[row]} score {found.score[row]:5.2f}"
            f" quality {found.quality[row]:.2f} RR {found.rr_s[row]:.2f}"
            f" V {found.ventricular[row]:.2f} F {found.fusion[row]:.2f} {flag}".rstrip()
        )


def show_misses(options: Namespace) -> None:
    """Score the records of a database and print the runs that are missed or false.

    Raises
    ------
    UserError
        When records, references or the detector are missing.
    """
    folder = Path(os.environ.get(DATA_VARIABLE, "")) / options.database
    with find_detector(options.detector) as place:
        choice = DetectorChoice(place, options.detector or PRETRAINED)
        names = DS1 if options.database == "mitdb" else ()
        for known in score_records(folder, names, choice):
            for line in describe_misses(known, 2 if options.couplets else 3):
                print(line)


if __name__ == "__main__":
    parser = page_options(__doc__)
    parser.add_argument("--detector", help="folder of a detector; by default that of the package")
    parser.add_argument("--database", default="mitdb", help="a folder of records with references")
    parser.add_argument("--couplets", action="store_true", help="show runs of two beats as well")
    parsed = parser.parse_args()
    run_reporting_errors(lambda: show_misses(parsed))
