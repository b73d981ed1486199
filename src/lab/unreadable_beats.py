"""Measure which annotated heartbeats are called unreadable: a table of docs/robustness.md.

    ECG_ANOMALY_DATA=FOLDER python -m lab.unreadable_beats [--root FOLDER] [--docs FOLDER]

Somebody has read every annotated beat, so each one that is called unreadable is a loss. R peaks
are detected and matched with the annotations within 150 ms; the table gives the share of each AAMI
class and reason in the databases of `--databases`: beats that no lead can read, as when a recording
is scored, and beside it those that the lead of the first choice cannot. Limits may be chosen on DS1
and svdb alone. Takes a minute.
"""

import argparse
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ecg_anomaly.beats.beat_positions import find_beats
from ecg_anomaly.beats.excerpts import Excerpt
from ecg_anomaly.beats.lead_choice import rank_choices
from ecg_anomaly.beats.window_cutting import cut_leads
from ecg_anomaly.config.hydra_entry import run_reporting_errors
from ecg_anomaly.config.params_file import read_params
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.progress import track
from ecg_anomaly.records.beat_labels import AAMI_CLASSES, aami_class
from ecg_anomaly.records.public_databases import DATA_VARIABLE
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.wfdb.wfdb_files import read_record
from ecg_anomaly.records.wfdb.wfdb_folder import list_records
from lab.doc_pages import page_options, write_between
from lab.r_peaks import GROUPS as DE_CHAZAL

PAGE = "robustness.md"
BEGIN = "<!-- unreadable: written by python -m lab.unreadable_beats -->"
END = "<!-- end of unreadable -->"

#: Databases with a reference for every beat; of MIT-BIH the groups of de Chazal 2004, and the rest.
DATABASES = ("mitdb DS1", "mitdb DS2", "mitdb paced", "svdb", "qtdb")
GROUPS = DE_CHAZAL | {"paced": "102 104 107 217"}

#: Preferred leads: those of the detector that is trained on MIT-BIH.
LEADS = [["MLII", "II"], ["V1", "V5", "V2", "V4"]]


def count_unreadable(
    records: Iterable[Record], config: PipelineConfig
) -> Counter[tuple[str, str, str]]:
    """Count annotated beats by AAMI class and by the reason why they cannot be read.

    Parameters
    ----------
    records : iterable of Record
        With annotations; one is in memory at a time.
    config : PipelineConfig
        Gives filters, window and limits; R peaks are detected whatever it says.

    Returns
    -------
    Counter of (str, str, str)
        AAMI class, reason on the lead of the first choice, and reason where no lead can be read;
        ``""`` for beats that can be read. Beats that are not detected are not counted.
    """
    preprocess = replace(config.preprocess, beat_positions="detected")
    found: Counter[tuple[str, str, str]] = Counter()
    for record in records:
        first, *_ = rank_choices(record.leads, LEADS)
        tolerance_s = preprocess.match_tolerance_s
        positions = find_beats(record, first[0], prefer_reference=False, tolerance_s=tolerance_s)
        excerpt = Excerpt.whole(record.signal)
        each = cut_leads(excerpt, record.fs, positions.sample, preprocess).unreadable
        on_first = each[:, first[0]]
        on_every = np.where((each == "").any(axis=1), "", on_first)
        aami = aami_class(positions.symbol, config.dataset.escape_beats)
        rows = positions.symbol != ""
        columns = (values[rows].tolist() for values in (aami, on_first, on_every))
        found.update(zip(*columns, strict=True))
    return found


def tabulate_unreadable(found: dict[str, Counter[tuple[str, str, str]]]) -> str:
    """Write a row per database and AAMI class as a table in Markdown.

    Parameters
    ----------
    found : dict of str to Counter
        By database, from `count_unreadable`.
    """
    reasons = sorted({reason for counts in found.values() for *_, reason in counts if reason})
    rows = [f"| database | class | beats | first lead | unreadable | {' | '.join(reasons)} |"]
    rows.append(f"|---|---|{'---:|' * (3 + len(reasons))}")
    for name, counts in found.items():
        classes = [c for c in AAMI_CLASSES if any(aami == c for aami, *_ in counts)]
        rows += [_row(name, aami, counts, reasons, {aami}) for aami in classes]
        rows.append(_row(name, "all", counts, reasons, set(classes)))
    return "\n".join(rows)


def _row(
    name: str,
    label: str,
    counts: Counter[tuple[str, str, str]],
    reasons: list[str],
    mine: set[str],
) -> str:
    total = sum(n for (aami, *_), n in counts.items() if aami in mine)
    on_first = sum(n for (aami, why, _), n in counts.items() if aami in mine and why)
    lost = {
        r: sum(n for (aami, _, why), n in counts.items() if aami in mine and why == r)
        for r in reasons
    }
    numbers = on_first, sum(lost.values()), *lost.values()
    shares = [f"{100 * n / max(total, 1):.2f} %" for n in numbers]
    return f"| {name} | {label} | {total:,} | {' | '.join(shares)} |"


def read_database(data: Path, name: str) -> Iterator[Record]:
    """Read the annotated records of one of `DATABASES`; those that are refused are named.

    Parameters
    ----------
    data : Path
        Folder of the databases.
    name : str
        A folder in it, or that and a group of `GROUPS`.
    """
    folder, _, group = name.partition(" ")
    names = GROUPS[group.lower()].split() if group else list_records(data / folder)
    for record in track(names, name):
        try:
            found = read_record(data / folder, record)
        except UserError as error:
            print(f"{name}, left out: {error}", flush=True)
            continue
        if found.annotations is not None:
            yield found


def measure_unreadable(arguments: argparse.Namespace) -> None:
    """Measure the selected databases, write the table between its marks and print it."""
    if not os.environ.get(DATA_VARIABLE):
        raise UserError(DATA_VARIABLE, "not set", "name the folder that holds the databases")
    config, data = read_params(arguments.root), Path(os.environ[DATA_VARIABLE])
    found = {
        name: count_unreadable(read_database(data, name), config) for name in arguments.databases
    }
    table = tabulate_unreadable(found)
    write_between(arguments.docs / PAGE, BEGIN, END, lambda: table)
    print(table)


def parse_arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = page_options(__doc__)
    parser.add_argument("--databases", nargs="+", choices=DATABASES, default=DATABASES)
    return parser.parse_args(words)


if __name__ == "__main__":
    options = parse_arguments()
    run_reporting_errors(lambda: measure_unreadable(options))
