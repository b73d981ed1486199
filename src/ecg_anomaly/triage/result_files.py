"""The result files of one recording: all four appear together, or none does.

The summary is the last to appear and holds the SHA256 digests of the other three. So a reader can
tell what no order of renaming can prevent: that the process was killed between two of them.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from ecg_anomaly.detector.decisions import BeatDecisions
from ecg_anomaly.files.atomic import replace_files
from ecg_anomaly.files.data_files import read_json
from ecg_anomaly.files.digests import file_sha256
from ecg_anomaly.files.errors import UserError
from ecg_anomaly.findings.finding import Finding
from ecg_anomaly.records.record import StreamedRecord
from ecg_anomaly.records.record_names import output_name
from ecg_anomaly.triage.annotation_file import encode_marks
from ecg_anomaly.triage.beat_rows import HEAD, format_beats
from ecg_anomaly.triage.triage_page import prepare_page, write_page
from ecg_anomaly.triage.unreadable import Segment

BEATS, SUMMARY, MARKS, PAGE = ".beats.csv", ".summary.json", ".anom", ".html"

#: Key of the summary that holds the name and SHA256 digest of each of the other files.
FILES = "files"


class Results:
    """Writes the results of a recording: the beats while it is scored, the rest at the end.

    Parameters
    ----------
    recording : StreamedRecord
        What is scored.
    paths : dict of str to Path
        Where the file of each ending is written.
    table : text file
        The table of beats, opened with ``newline=""``.
    """

    def __init__(self, recording: StreamedRecord, paths: dict[str, Path], table: TextIO) -> None:
        self._recording, self._paths, self._beats = recording, paths, table
        table.write(HEAD)

    def add_beats(self, part: BeatDecisions) -> None:
        """Append beats to the table; meanwhile others score the next ones."""
        prepare_page()  # while nobody waits for it
        self._beats.write(format_beats(part))

    def conclude(
        self,
        decisions: BeatDecisions,
        segments: Sequence[Segment],
        summary: dict[str, Any],
        all_beats: bool = False,
        findings: Sequence[Finding] = (),
        only: str = "all",
    ) -> None:
        """Write summary, annotations and page.

        Parameters
        ----------
        decisions : BeatDecisions
            On all beats.
        segments : sequence of Segment
            Where the recording cannot be read.
        summary : dict
            As made by `ecg_anomaly.triage.recording_summary.summarize`.
        all_beats : bool
            Annotate every beat, and not the flagged ones alone.
        findings : sequence of Finding
            Those that are rhythms are annotated.
        only : {"critical", "high", "all"}
            The least level of what the page shows.
        """
        with self._paths[MARKS].open("wb") as marks:
            fs = self._recording.fs
            marks.writelines(encode_marks(decisions, segments, fs, all_beats, findings))
        write_page(self._paths[PAGE], self._recording, decisions, summary, only)
        self._beats.flush()
        names = name_results(Path(), self._recording)
        files = {names[e].name: file_sha256(self._paths[e]) for e in (BEATS, MARKS, PAGE)}
        content = {**summary, FILES: files}
        text = json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)
        self._paths[SUMMARY].write_text(text + "\n", encoding="utf-8", errors="backslashreplace")


@contextmanager
def open_results(folder: Path, recording: StreamedRecord) -> Iterator[Results]:
    """Yield a writer of results; the files appear when the block ends without an exception.

    Raises
    ------
    UserError
        When the disk is full or not writable; then no file of this recording has changed.
    """
    targets = name_results(folder, recording)
    order = (BEATS, MARKS, PAGE, SUMMARY)  # the last one stands for the set
    with replace_files([targets[ending] for ending in order]) as temporaries:
        paths = dict(zip(order, temporaries, strict=True))
        with paths[BEATS].open("w", encoding="utf-8", newline="") as table:
            yield Results(recording, paths, table)


def name_results(folder: Path, recording: StreamedRecord) -> dict[str, Path]:
    """Return the path of each result file, by its ending."""
    stem = output_name(recording.name)
    return {ending: folder / f"{stem}{ending}" for ending in (BEATS, SUMMARY, MARKS, PAGE)}


def is_whole(summary: Path) -> bool:
    """Say whether the files that a summary names are there, and of the same run as the summary.

    Parameters
    ----------
    summary : Path
        A file ``NAME.summary.json``, which need not exist.

    Returns
    -------
    bool
        False also while another process is about to replace the files.
    """
    try:
        files = read_json(summary)[FILES]
        return all(file_sha256(summary.with_name(n)) == digest for n, digest in files.items())
    except (OSError, UserError, KeyError, TypeError):
        return False
