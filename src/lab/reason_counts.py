"""Count the reasons given for beats whose class is known: the table of docs/reasons.md.

    ECG_ANOMALY_DATA=FOLDER dvc exp run -S dataset=mitdb_inter_patient
    python -m lab.reason_counts [--root FOLDER] [--docs FOLDER]

Measures which reasons are given for the beats of each AAMI class, flagged or not, in the records of
`--root`/data. Test subjects are left out, so that wordings may be chosen by the table.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from ecg_anomaly.beats.beat_window import BeatWindow
from ecg_anomaly.beats.lead_choice import choose_leads
from ecg_anomaly.beats.record_beats import cut_beats
from ecg_anomaly.config.hydra_entry import run_reporting_errors
from ecg_anomaly.config.params_file import read_params
from ecg_anomaly.config.pipeline_schema import PipelineConfig
from ecg_anomaly.detector.explanation.reasons import find_reasons
from ecg_anomaly.detector.explanation.wording import WORDINGS
from ecg_anomaly.features.describe import describe_record
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.files.progress import track
from ecg_anomaly.records.beat_labels import AAMI_CLASSES
from ecg_anomaly.records.record import Record
from ecg_anomaly.records.record_archive import RecordArchive
from lab.doc_pages import page_options, write_between

PAGE = "reasons.md"
BEGIN = "<!-- reasons: written by python -m lab.reason_counts -->"
END = "<!-- end of reasons -->"

#: Kinds that say one thing in several ways.
ASPECTS = {
    "the QRS complex (width, shape, amplitude)": (
        "wide_qrs", "narrow_qrs", "no_qrs", "qrs_turned", "qrs_shape", "amplitude",
    ),
    "early or fast, or the P wave": ("premature", "fast", "no_p", "other_p"),
}  # fmt: skip

#: So many reasons of a beat count as its first ones.
FIRST = 2


class ReasonCounts:
    """Counts of reasons by AAMI class.

    Attributes
    ----------
    n_beats : Counter
        Beats by class.
    given, first : Counter
        Beats by class and kind, and by class and aspect: among all reasons of a beat, and among
        its first two.
    """

    def __init__(self) -> None:
        self.n_beats: Counter[str] = Counter()
        self.given: Counter[tuple[str, str]] = Counter()
        self.first: Counter[tuple[str, str]] = Counter()

    def add(self, aami: str, kinds: list[str]) -> None:
        """Count the reasons of one beat, the strongest first."""
        self.n_beats[aami] += 1
        self.given.update((aami, kind) for kind in kinds)
        for aspect, members in ASPECTS.items():
            self.first[aami, aspect] += bool(set(members) & set(kinds[:FIRST]))


def count_reasons(
    records: Iterable[Record], left_out: set[str], config: PipelineConfig
) -> ReasonCounts:
    """Explain every labelled, readable beat at its reference position, flagged or not.

    Parameters
    ----------
    records : iterable of Record
        With labels.
    left_out : set of str
        Names of records that are not looked at: those of the test subjects.
    config : PipelineConfig
        Filters, windows, look-back.
    """
    counts = ReasonCounts()
    for record in records:
        if record.name in left_out or record.annotations is None:
            continue
        beats, _ = cut_beats(record, config.dataset, config.preprocess)
        window = BeatWindow.from_config(config.preprocess)
        _, context = describe_record(beats, config.features, window)
        if context is None:
            continue
        columns = choose_leads(record.leads, config.dataset.leads)
        leads = [record.leads[column] if column >= 0 else "" for column in columns]
        rows = np.flatnonzero(beats.readable & beats.labelled)
        found = find_reasons(context, rows, leads, window)
        for aami, reasons in zip(beats.aami[rows].tolist(), found, strict=True):
            counts.add(aami, [reason.kind for reason in reasons])
    return counts


def tabulate_reasons(counts: ReasonCounts) -> str:
    """Write the shares of each class as a table in Markdown."""
    classes = [name for name in AAMI_CLASSES if counts.n_beats[name]]
    head = [f"{name} ({counts.n_beats[name]:,})" for name in classes]
    rows = [f"| | {' | '.join(head)} |", f"|---|{'---:|' * len(classes)}"]
    for aspect in ASPECTS:
        shares = [_share(counts.first[name, aspect], counts.n_beats[name]) for name in classes]
        rows.append(f"| **{aspect}** among the first two | {' | '.join(shares)} |")
    for kind, wording in WORDINGS.items():
        shares = [_share(counts.given[name, kind], counts.n_beats[name]) for name in classes]
        rows.append(f"| {wording.label} | {' | '.join(shares)} |")
    return "\n".join(rows)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %"


def measure_reasons(root: Path, docs: Path) -> None:
    """Explain the labelled beats of all subjects but the test ones, and write the table.

    Raises
    ------
    UserError
        When the records have no labels.
    """
    config = read_params(root)
    left_out = {*config.dataset.split.test, *config.dataset.exclude}
    records = track(RecordArchive(root / "data/records"), "explain beats")
    counts = count_reasons(records, left_out, config)
    if not counts.n_beats:
        raise UserError(root / "data/records", "no labels", "run it on a labelled data set")
    table = tabulate_reasons(counts)
    write_between(docs / PAGE, BEGIN, END, lambda: table)
    print(table)


if __name__ == "__main__":
    options = page_options(__doc__).parse_args()
    run_reporting_errors(lambda: measure_reasons(options.root, options.docs))
