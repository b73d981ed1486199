"""Concatenate the segments of a WFDB record: read their headers, open them, place the gaps."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ecg_anomaly.files.errors import UserError
from ecg_anomaly.records.read_options import ReadOptions
from ecg_anomaly.records.wfdb.wfdb_header import MAX_LINES, Header, read_header
from ecg_anomaly.records.wfdb.wfdb_lead import Lead
from ecg_anomaly.records.wfdb.wfdb_segment import WfdbSegment

#: Identifies a lead: its name, and its number among the leads of that name in a segment.
LeadKey = tuple[str, int]

#: Name, announced length and header of a segment; a gap has no header.
SegmentHeader = tuple[str, int | None, Header | None]

#: Memory of an opened segment, counted in signal lines.
SEGMENT_LINES = 8


def distinct_headers(headers: list[SegmentHeader]) -> Iterator[Header]:
    """Yield each header once, because a record may repeat a segment a hundred thousand times."""
    yield from {name: header for name, _, header in headers if header}.values()


def find_keys(headers: list[SegmentHeader], wanted: Callable[[Lead], bool]) -> list[LeadKey]:
    """List the leads that at least one segment stores, in the order in which headers name them.

    Parameters
    ----------
    headers : list of SegmentHeader
        All segments, in order.
    wanted : callable
        Says of each lead whether it is read.
    """
    order: dict[LeadKey, bool] = {}
    for header in distinct_headers(headers):
        # A layout header names leads in the wanted order, and stores none of them.
        named = [lead for lead in header.leads if lead.file == "~" or wanted(lead)]
        for key in number_names(lead.name for lead in named):
            order.setdefault(key, False)
        stored = (lead.name for lead in named if lead.file != "~")
        order.update(dict.fromkeys(number_names(stored), True))
    return [key for key, is_stored in order.items() if is_stored]


def number_names(names: Iterable[str]) -> tuple[LeadKey, ...]:
    """Return each name with its number among equal names.

    Examples
    --------
    >>> number_names(["ECG", "V1", "ECG"])
    (('ECG', 0), ('V1', 0), ('ECG', 1))
    """
    turns: Counter[str] = Counter()
    keys = []
    for name in names:
        keys.append((name, turns[name]))
        turns[name] += 1
    return tuple(keys)


@dataclass(frozen=True)
class Piece:
    """A part of the time of a record: a segment or a gap.

    Attributes
    ----------
    n_frames : int
        Length in frames.
    stored : WfdbSegment or None
        The opened segment; None for a gap.
    keys : tuple of LeadKey
        The leads that the segment stores.
    """

    n_frames: int
    stored: WfdbSegment | None
    keys: tuple[LeadKey, ...]


def read_segment_headers(path: Path, whole: Header) -> list[SegmentHeader]:
    """Read the headers of all segments; an ordinary record is its own only segment.

    Parameters
    ----------
    path : Path
        Header of the record.
    whole : Header
        Content of that header.

    Raises
    ------
    UserError
        When a segment's header is missing or malformed, or of another rate, or all of them
        together name more signals than a header may have lines.
    """
    if not whole.segments:
        return [(path.stem, whole.n_samples, whole)]
    known: dict[str, Header] = {}
    headers: list[SegmentHeader] = []
    n_lines = 0
    for segment in whole.segments:
        if segment.name != "~" and segment.name not in known:
            known[segment.name] = _segment_header(path, segment.name, whole.fs)
            n_lines += SEGMENT_LINES + len(known[segment.name].leads)
            if n_lines > MAX_LINES:
                rule = f"segments of more than {MAX_LINES} signals in all"
                raise UserError(path, rule, "write the leads to score into a record of their own")
        headers.append((segment.name, segment.n_samples, known.get(segment.name)))
    return headers


def _segment_header(path: Path, name: str, fs: float) -> Header:
    header_path = path.parent / f"{name}.hea"
    header = read_header(header_path)
    if header.segments or header.fs != fs:
        rule = f"no segment at {fs:g} Hz of record {path.stem}"
        raise UserError(header_path, rule, "correct the header")
    return header


def lay_out(
    path: Path,
    headers: list[SegmentHeader],
    per_frame: int,
    wanted: Callable[[Lead], bool],
    options: ReadOptions,
) -> Iterator[Piece]:
    """Open the segments and yield them in order; a repeated segment is opened once.

    Parameters
    ----------
    path : Path
        Header of the record.
    headers : list of SegmentHeader
        From `read_segment_headers`.
    per_frame : int
        Samples per frame of the leads that are read.
    wanted : callable
        Says of each lead whether it is read.
    options : ReadOptions
        ``strict`` refuses a segment that was cut off.

    Raises
    ------
    UserError
        When a segment cannot be opened, or has another length than the record announces.
    """
    stored: dict[str, tuple[WfdbSegment, tuple[LeadKey, ...]] | None] = {}
    for name, length, header in headers:
        # A layout segment, whose length is 0, names the leads and stores nothing.
        if header is None or (length == 0 and len(headers) > 1):
            yield Piece(length or 0, None, ())
            continue
        if name not in stored:
            stored[name] = _open_segment(path.parent / name, header, per_frame, wanted, options)
        opened = stored[name]
        if opened is None:  # a segment without the ECG is a gap in it
            yield Piece(length or 0, None, ())
            continue
        found, keys = opened
        if length is not None and found.n_frames != length:
            rule = f"{found.n_frames} samples, {path.name} announces {length}"
            raise UserError(path.parent / f"{name}.hea", rule, "correct the header")
        yield Piece(found.n_frames if len(headers) > 1 else found.n_stored, found, keys)


def _open_segment(
    place: Path,
    header: Header,
    per_frame: int,
    wanted: Callable[[Lead], bool],
    options: ReadOptions,
) -> tuple[WfdbSegment, tuple[LeadKey, ...]] | None:
    """Open a segment, which may lie in a subfolder with its data; None without a wanted lead."""
    keys = number_names(lead.name for lead in header.leads if wanted(lead))
    if not keys:
        return None
    return WfdbSegment(place.parent, place.name, header, per_frame, wanted, options), keys


def find_stored(pieces: list[Piece]) -> Iterator[tuple[int, int]]:
    """Yield first and past-the-end frame of the stored part of each segment."""
    start = 0
    for piece in pieces:
        if piece.stored is not None:
            yield start, start + min(piece.n_frames, piece.stored.n_stored)
        start += piece.n_frames
