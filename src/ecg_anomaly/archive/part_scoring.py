"""Score the recordings of one part of an archive that have no row yet, and write the part.

A recording whose process was killed is tried again after all others: so a kill by chance hardly
ever meets the same one twice, and one that kills what scores it keeps no other waiting.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from ecg_anomaly.archive.archive_schema import SCORED, SET_ASIDE
from ecg_anomaly.archive.archive_table import TablePart, key_of
from ecg_anomaly.archive.fetched_recording import find_version
from ecg_anomaly.archive.manifest import ManifestRow
from ecg_anomaly.archive.recording_row import Row, empty_row, failed_row
from ecg_anomaly.archive.recording_scoring import KILLED
from ecg_anomaly.archive.scoring_process import Scored
from ecg_anomaly.files.errors import UserError

#: A recording whose process was killed so often is set aside. Nodes and processes are killed for
#: other reasons too, and towards the end of a part few recordings are left to be met.
MOST_KILLS = 6

#: What became of a recording in this run, beside `SCORED`, `FAILED` and `SET_ASIDE`.
THERE = "there already"


class EntryScorer(Protocol):
    """What scores a recording, see `ecg_anomaly.archive.scoring_process.ScoringProcess`."""

    def make_ready(self) -> None: ...  # noqa: D102
    def score(self, entry: ManifestRow, known: Row | None) -> Scored | None: ...  # noqa: D102


@dataclass(frozen=True)
class Done:
    """What became of one recording in this run.

    Attributes
    ----------
    uri : str
        The recording.
    outcome : str
        `SCORED`, `FAILED`, `SET_ASIDE` or `THERE`.
    reason : str
        Why it was not scored; ``""`` where it was.
    seconds : float
        What it took.
    """

    uri: str
    outcome: str
    reason: str = ""
    seconds: float = 0.0


def score_part(
    entries: list[ManifestRow],
    table: TablePart,
    scorer: EntryScorer,
    detector_sha256: str,
    retry: bool = False,
) -> Iterator[Done]:
    """Score what is not there yet.

    Parameters
    ----------
    entries : list of ManifestRow
        All recordings of the part.
    table : TablePart
        Where its rows are.
    scorer : EntryScorer
        What scores them.
    detector_sha256 : str
        The detector.
    retry : bool
        Try again what failed or was set aside.

    Yields
    ------
    Done
        For each recording, once its row is written; the part is written before the last call ends.

    Raises
    ------
    UserError
        When the table cannot be written.
    """
    rows, n_new = table.read_rows(), 0
    begun = table.read_begun()
    queue = deque(sorted(entries, key=lambda entry: begun.get(key_of(entry.uri), 0)))
    while queue:
        entry = queue.popleft()
        known = rows.get(entry.uri)
        # What waits is of a run that was killed, and has been tried again.
        if known and retry and entry.uri not in table.waiting and known["status"] != SCORED:
            known = None
        if known and _is_current(known, entry):
            yield Done(entry.uri, THERE)
            continue
        row, outcome = _score_entry(entry, known, table, scorer, detector_sha256)
        if row is None:
            queue.append(entry)
            continue
        n_new += 1
        rows[entry.uri] = row
        yield Done(entry.uri, outcome, row["reason"] or "", row["seconds"] or 0.0)
    if n_new or table.waiting:
        table.complete(rows)


def _is_current(known: Row, entry: ManifestRow) -> bool:
    """Say whether the row of a recording stands, which is only looked at, not read."""
    if (known["read_as"] or "") != entry.read_as or (known["subject"] or "") != entry.subject:
        return False
    if known["status"] == SET_ASIDE and not known["version"]:
        return True
    return bool(known["files"]) and find_version(known["files"]) == known["version"]


def _score_entry(
    entry: ManifestRow,
    known: Row | None,
    table: TablePart,
    scorer: EntryScorer,
    detector_sha256: str,
) -> tuple[Row | None, str]:
    """Score a recording and keep its row; there is none when its process was killed meanwhile."""
    comparable = known and (known["read_as"] or "") == entry.read_as
    former = {**known, "subject": entry.subject or None} if known and comparable else None
    scorer.make_ready()  # a process that is killed before it is ready speaks against no recording
    if table.begin(entry.uri) >= MOST_KILLS:
        rule = f"the process that scored it was killed {MOST_KILLS} times"
        error = UserError(entry.uri, rule, "give more memory, then --retry, or leave it out")
        row = failed_row(empty_row(entry, detector_sha256), error, KILLED, SET_ASIDE)
        table.keep(row)
        return row, SET_ASIDE
    scored = scorer.score(entry, former)
    if scored is None:
        return None, ""
    row, beats = scored
    table.keep(row, beats)
    is_former = former and row["scored_at"] == former["scored_at"]
    return row, THERE if is_former else row["status"]
