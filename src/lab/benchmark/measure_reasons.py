"""Count what the reasons say of beats whose class is known: the table of docs/reasons.md.

    ECG_ANOMALY_DATA=FOLDER dvc exp run -S dataset=mitdb_inter_patient
    python -m lab.benchmark.measure_reasons [--root FOLDER] [--docs FOLDER]

The test people of the data set are left out.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from ecg_anomaly.config.hydra_stage import run_reporting_errors
from ecg_anomaly.config.snapshot import read_snapshot
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.progress import track
from ecg_anomaly.records.record_archive import RecordArchive
from lab.benchmark.marked_text import write_between
from lab.benchmark.reason_table import count_reasons, tabulate_reasons

ROOT = Path(__file__).resolve().parents[3]
PAGE = "reasons.md"
BEGIN = "<!-- reasons: written by python -m lab.benchmark.measure_reasons -->"
END = "<!-- end of reasons -->"


def measure_reasons(root: Path, docs: Path) -> None:
    """Explain the labelled beats of the people who do not test, and write the table."""
    config = read_snapshot(root)
    left_out = {*config.dataset.split.test, *config.dataset.exclude}
    records = track(RecordArchive(root / "data/records"), "explain beats")
    counts = count_reasons(records, left_out, config)
    if not counts.n_beats:
        raise UserError(root / "data/records", "no labels", "run it on a labelled data set")
    table = tabulate_reasons(counts)
    write_between(docs / PAGE, BEGIN, END, lambda: table)
    print(table)


def parse_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=ROOT, help="folder of params.yaml and data/")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="written to")
    return parser.parse_args(words)


if __name__ == "__main__":
    arguments = parse_arguments()
    run_reporting_errors(lambda: measure_reasons(arguments.root, arguments.docs))
