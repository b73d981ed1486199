"""Score one recording of a manifest, and return its row; an error becomes a row as well."""

import re
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import pyarrow as pa

from ecg_anomaly.archive.drift.recording_profile import measure_profile
from ecg_anomaly.archive.fetched_recording import FetchedRecording, fetch_recording
from ecg_anomaly.archive.manifest import READ_COLUMNS, ManifestRow
from ecg_anomaly.archive.recording_row import Row, beats_table, empty_row, failed_row, scored_row
from ecg_anomaly.detector.decisions import concatenate_decisions
from ecg_anomaly.detector.detector import Detector
from ecg_anomaly.detector.engine import score_parts
from ecg_anomaly.files.errors import UserError, explain_unexpected
from ecg_anomaly.records.opening import open_record
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.triage.scored_recording import conclude_recording

#: What a failure is called by the words of its message, the first that fits; see `name_failure`.
FAILURES = (
    ("column fs: ", "manifest"),
    ("column unit: ", "manifest"),
    ("no lead '", "manifest"),
    ("no known kind of address", "manifest"),
    ("no such", "missing"),
    ("a folder", "no recording"),
    ("not allowed", "not allowed"),
    ("is not installed", "package missing"),
    ("a window takes", "too short"),
    ("not a known format", "unknown format"),
    ("refuses one thread more", "machine"),
    ("not enough memory", "machine"),
    ("internal error", "internal error"),
)
UNREADABLE, KILLED = "unreadable", "killed its worker"

#: Options of ``ecg-anomaly score`` that are columns of a manifest.
OPTIONS = re.compile(rf"--({'|'.join(READ_COLUMNS)})\b")


@dataclass(frozen=True)
class ArchiveDetector:
    """A loaded detector and what identifies it.

    Attributes
    ----------
    detector : Detector
    sha256 : str
        Digest of its list of digests, which a table is partitioned by.
    """

    detector: Detector
    sha256: str


def score_entry(
    entry: ManifestRow, chosen: ArchiveDetector, known: Row | None, beats: bool = False
) -> tuple[Row, pa.Table | None]:
    """Score a recording, unless the row that is known of it is of the very same bytes.

    Parameters
    ----------
    entry : ManifestRow
        The recording.
    chosen : ArchiveDetector
        The detector.
    known : dict or None
        The row of a former run; None asks for a new one in any case.
    beats : bool
        Whether the rows of its beats are wanted too.

    Returns
    -------
    row : dict
        A row of `recordings`; it is never an exception that says what went wrong.
    beats : pyarrow.Table or None
        Rows of `beats`, where they are wanted and the recording was scored.
    """
    start = perf_counter()
    row = empty_row(entry, chosen.sha256)
    try:
        with fetch_recording(entry) as fetched:
            row |= {"recording_sha256": fetched.sha256, "files": list(fetched.files)}
            row |= {"version": fetched.version}
            if known and known["recording_sha256"] == fetched.sha256:
                return {**known, "files": row["files"], "version": fetched.version}, None
            done, table = _score(entry, fetched, chosen, row, beats)
    except UserError as error:
        said = say_by_columns(error, entry.uri)
        done, table = failed_row(row, said, name_failure(said)), None
    except Exception as error:  # a defect of ours must not stop the others
        internal = explain_unexpected(entry.uri, error, "the lines in the log")
        done, table = failed_row(row, internal, name_failure(internal)), None
    return {**done, "seconds": round(perf_counter() - start, 4)}, table


def score_uri(uri: str, chosen: ArchiveDetector) -> Row:
    """Score the recording of an address, of which nothing else is said; see `score_entry`."""
    return score_entry(ManifestRow(uri), chosen, None)[0]


def _score(
    entry: ManifestRow, fetched: FetchedRecording, chosen: ArchiveDetector, row: Row, beats: bool
) -> tuple[Row, pa.Table | None]:
    detector, options = chosen.detector, read_options(entry)
    if detector.segment_length is not None:
        rule = f"scores beats of {detector.segment_length} samples cut out beforehand"
        raise UserError("the detector", rule, "take a detector trained on recordings")
    recording = open_record(fetched.source, options=options)
    parts = score_parts(detector, recording, threads=1, lead=options.lead)
    decisions = concatenate_decisions(parts)
    described: dict[str, Any] = {"id": chosen.sha256, "threshold": detector.threshold}
    scored = conclude_recording(recording, decisions, detector, described)
    row = {**row, "profile": measure_profile(recording, decisions, detector)}
    return scored_row(row, scored), beats_table(entry.uri, decisions) if beats else None


def read_options(entry: ManifestRow) -> ReadOptions:
    """Return how a row of a manifest says that its recording is to be read.

    Raises
    ------
    UserError
        When its sampling rate is no number above 0.
    """
    fs = None
    if entry.fs:
        try:
            fs = float(entry.fs)
        except ValueError:
            fs = 0.0
        if not 0 < fs < float("inf"):
            raise UserError("--fs", f"{entry.fs!r} is no sampling rate", "give Hz above 0")
    return ReadOptions(fs=fs, unit=entry.unit or None, lead=entry.lead or None)


def say_by_columns(error: UserError, uri: str) -> UserError:
    """Say of a recording what `ecg-anomaly score` says of its options: here they are columns.

    Examples
    --------
    >>> str(say_by_columns(UserError("--fs", "'x' is no rate", "give --fs 250"), "a.csv"))
    "a.csv: column fs: 'x' is no rate; give column fs 250"
    """
    texts = (OPTIONS.sub(r"column \1", text) for text in (error.rule, error.way_out))
    found = OPTIONS.fullmatch(error.where)
    if not found:
        return UserError(error.where, *texts)
    rule, way_out = texts
    return UserError(uri, f"column {found[1]}: {rule}", way_out)


def name_failure(error: UserError) -> str:
    """Return a word for what went wrong, of few, so that failures can be counted by it."""
    return next((name for words, name in FAILURES if words in error.rule), UNREADABLE)
