"""The files of one scored recording: all of them appear, or none."""

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TextIO

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.files.atomic import replace_file
from ecg_anomaly.records.opening import output_name
from ecg_anomaly.records.record import StreamedRecord
from ecg_anomaly.triage.annotation_file import encode_marks
from ecg_anomaly.triage.beats_table import COLUMNS, format_beats
from ecg_anomaly.triage.triage_page import write_page
from ecg_anomaly.triage.unreadable import Stretch

BEATS, SUMMARY, MARKS, PAGE = ".beats.csv", ".summary.json", ".anom", ".html"


class Results:
    """Takes the results of a recording: beats while it is scored, the rest when that is over.

    Parameters
    ----------
    recording : StreamedRecord
        What is scored.
    at : dict of str to Path
        Where the file of each ending is written.
    table : text file
        The open table of beats.
    """

    def __init__(self, recording: StreamedRecord, at: dict[str, Path], table: TextIO) -> None:
        self._recording, self._at, self._table = recording, at, table
        table.write(",".join(COLUMNS) + "\n")

    def add_beats(self, part: BeatDecisions) -> None:
        """Write the next beats to the table: meanwhile other threads score those after them."""
        self._table.writelines(format_beats(part))

    def conclude(
        self, decisions: BeatDecisions, stretches: Sequence[Stretch], summary: dict[str, Any]
    ) -> None:
        """Write summary, marks and page, from all decisions."""
        text = json.dumps(summary, indent=2, ensure_ascii=False, allow_nan=False)
        self._at[SUMMARY].write_text(text + "\n", encoding="utf-8")
        with self._at[MARKS].open("wb") as marks:
            marks.writelines(encode_marks(decisions, stretches, self._recording.fs))
        write_page(self._at[PAGE], self._recording, decisions, summary)


@contextmanager
def open_results(folder: Path, recording: StreamedRecord) -> Iterator[Results]:
    """Yield what takes the results of a recording; its files appear when the block ends well.

    Raises
    ------
    UserError
        When the disk is full or not writable; then no file of this recording was changed.
    """
    with ExitStack() as files:
        paths = name_results(folder, recording)
        at = {ending: files.enter_context(replace_file(path)) for ending, path in paths.items()}
        with at[BEATS].open("w", encoding="utf-8", newline="") as table:
            yield Results(recording, at, table)


def name_results(folder: Path, recording: StreamedRecord) -> dict[str, Path]:
    """Name the files of a recording by their endings."""
    stem = output_name(recording.name)
    return {ending: folder / f"{stem}{ending}" for ending in (BEATS, SUMMARY, MARKS, PAGE)}
